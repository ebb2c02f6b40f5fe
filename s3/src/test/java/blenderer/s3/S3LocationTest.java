package blenderer.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class S3LocationTest {

  @Test
  void a_location_names_bucket_prefix_endpoint_and_region() throws Exception {
    assertThat(S3Location.parse("s3://films"))
        .isEqualTo(new S3Location("films", "", Optional.empty(), "us-east-1", Optional.empty()));
    S3Location all =
        S3Location.parse(
            "s3://films/farm/one/?endpoint=https://s3.lan:9000&region=eu-central-1&ca=/etc/lan.pem");
    assertThat(all)
        .isEqualTo(
            new S3Location(
                "films",
                "farm/one/",
                Optional.of(URI.create("https://s3.lan:9000")),
                "eu-central-1",
                Optional.of(Path.of("/etc/lan.pem"))));
    assertThat(all).hasToString("s3://films/farm/one at https://s3.lan:9000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://films",
        "s3://films/farm/one",
        "s3://films/my%20farm%3F",
        "s3://films?endpoint=https://s3.lan:9000",
        "s3://films/one?endpoint=http://127.0.0.1:9000",
        "s3://films?endpoint=http://192.0.2.7:9000&insecure=true",
        "s3://films?endpoint=https://s3.lan/x%3Fa%3D1%26b&region=eu-central-1&ca=/etc/a+b.pem"
      })
  void a_location_is_written_as_it_is_read(String text) throws Exception {
    assertThat(S3Location.parse(text).url()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "films | names no bucket",
        "https://films | names no bucket",
        "s3:films | names no bucket",
        "s3://Films_ | cannot be a bucket",
        "s3://films?endpont=x | is not known in",
        "s3://films?endpoint=s3.lan | must begin with https://",
        "s3://films?endpoint=http://192.0.2.7:9000 | has no TLS",
        "s3://fi lms | is no address"
      })
  void what_is_no_location_is_refused_with_the_reason(String text, String reason) {
    assertThatThrownBy(() -> S3Location.parse(text))
        .isInstanceOf(S3Location.BadLocation.class)
        .hasMessageContaining(reason);
  }

  @Test
  void an_endpoint_without_tls_is_taken_on_this_computer_or_when_told_so() throws Exception {
    assertThat(S3Location.parse("s3://films?endpoint=http://127.0.0.1:9000").endpoint())
        .isPresent();
    assertThat(
            S3Location.parse("s3://films?endpoint=http://192.0.2.7:9000&insecure=true").endpoint())
        .isPresent();
  }

  @Test
  void a_blob_is_cut_into_at_most_ten_thousand_parts() {
    assertThat(Parts.of(0)).isEqualTo(new Parts(0, 1));
    assertThat(Parts.of(Parts.WHOLE)).isEqualTo(new Parts(Parts.WHOLE, 1));
    assertThat(Parts.of(Parts.WHOLE + 1)).isEqualTo(new Parts(Parts.WHOLE, 2));
    Parts huge = Parts.of(4L << 40);
    assertThat(huge.count()).isLessThanOrEqualTo(10_000);
    assertThat(huge.size() % (1 << 20)).isZero();
    assertThat(huge.length(huge.count() - 1, 4L << 40)).isBetween(1L, huge.size());
  }
}
