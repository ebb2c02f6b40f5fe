package blenderer.node.session;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.node.session.PathRules.Format;
import blenderer.node.session.PathRules.Rule;
import java.util.List;
import org.junit.jupiter.api.Test;

class PathRulesTest {

  private static PathRules posix(String... sourcesAndDestinations) {
    return rules(Format.POSIX, sourcesAndDestinations);
  }

  private static PathRules rules(Format format, String... sourcesAndDestinations) {
    List<Rule> rules = new java.util.ArrayList<>();
    for (int i = 0; i < sourcesAndDestinations.length; i += 2) {
      rules.add(new Rule(format, sourcesAndDestinations[i], sourcesAndDestinations[i + 1]));
    }
    return new PathRules(rules);
  }

  @Test
  void the_longest_source_wins_whatever_the_order() {
    PathRules rules = posix("/mnt", "/a", "/mnt/show/shot", "/c", "/mnt/show", "/b");
    assertThat(rules.apply("/mnt/show/shot/x")).isEqualTo("/c/x");
    assertThat(rules.apply("/mnt/show/x")).isEqualTo("/b/x");
    assertThat(rules.apply("/mnt/x")).isEqualTo("/a/x");
    assertThat(rules.rules()).extracting(Rule::destination).containsExactly("/c", "/b", "/a");
  }

  @Test
  void only_one_rule_is_applied() {
    assertThat(posix("/a", "/b", "/b", "/c").apply("/a/x")).isEqualTo("/b/x");
  }

  @Test
  void only_whole_components_count() {
    PathRules rules = posix("/mnt/show", "/b");
    assertThat(rules.apply("/mnt/showroom/x")).isEqualTo("/mnt/showroom/x");
    assertThat(rules.apply("/mnt/show")).isEqualTo("/b");
    assertThat(rules.apply("/mnt/show/")).isEqualTo("/b/");
    assertThat(rules.apply("/mnt//show/./x/")).isEqualTo("/b/x/");
    assertThat(rules.apply("mnt/show/x")).isEqualTo("mnt/show/x");
    assertThat(rules.apply("/MNT/show/x")).isEqualTo("/MNT/show/x");
    assertThat(rules.apply("/mnt/show\\x")).isEqualTo("/mnt/show\\x");
    assertThat(rules.apply("")).isEmpty();
  }

  @Test
  void a_source_and_a_destination_may_end_with_a_separator() {
    assertThat(posix("/mnt/show/", "/b/").apply("/mnt/show/x")).isEqualTo("/b/x");
    assertThat(posix("/", "/b").apply("/x")).isEqualTo("/b/x");
    assertThat(posix("/mnt", "/").apply("/mnt/x")).isEqualTo("/x");
  }

  @Test
  void paths_of_windows_ignore_case_and_know_both_separators() {
    PathRules rules = rules(Format.WINDOWS, "C:\\Users\\Ann", "/home/ann", "\\\\srv\\a", "/srv/a");
    assertThat(rules.apply("c:/users/ANN\\Scene\\Shot.blend"))
        .isEqualTo("/home/ann/Scene/Shot.blend");
    assertThat(rules.apply("//SRV/a/b")).isEqualTo("/srv/a/b");
    assertThat(rules.apply("\\srv\\a\\b")).isEqualTo("\\srv\\a\\b");
    assertThat(rules.apply("D:\\Users\\Ann\\x")).isEqualTo("D:\\Users\\Ann\\x");
  }

  @Test
  void a_uri_ignores_case_up_to_its_path() {
    PathRules rules = rules(Format.URI, "s3://Bucket/show", "/cache");
    assertThat(rules.apply("S3://bucket/show/x")).isEqualTo("/cache/x");
    assertThat(rules.apply("s3://bucket/Show/x")).isEqualTo("s3://bucket/Show/x");
    assertThat(rules.apply("/show/x")).isEqualTo("/show/x");
  }

  @Test
  void the_document_has_the_form_that_programs_know() {
    assertThat(rules(Format.WINDOWS, "c:\\a", "/b").json())
        .isEqualTo(
            "{\"version\":\"pathmapping-1.0\",\"path_mapping_rules\":[{\"source_path_format\":"
                + "\"WINDOWS\",\"source_path\":\"c:\\\\a\",\"destination_path\":\"/b\"}]}\n");
    assertThat(PathRules.NONE.json()).contains("\"path_mapping_rules\":[]");
  }
}
