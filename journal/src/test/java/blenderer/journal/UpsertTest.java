package blenderer.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class UpsertTest {

  @Test
  void the_key_of_an_upsert_is_found_among_its_parameters() {
    assertThat(
            Upsert.keyOf(
                "INSERT INTO t (a, b, c) VALUES (?, ?, ?)"
                    + " ON CONFLICT (c, a) DO UPDATE SET b = excluded.b"))
        .containsExactly(2, 0);
  }

  @Test
  void other_statements_have_none() {
    assertThat(Upsert.keyOf("INSERT INTO t (a, b) VALUES (?, ?)")).isEmpty();
    assertThat(Upsert.keyOf("INSERT INTO t (a) VALUES (?) ON CONFLICT DO NOTHING")).isEmpty();
    assertThat(Upsert.keyOf("UPDATE t SET a = ? WHERE b = ?")).isEmpty();
  }

  @Test
  void an_upsert_whose_key_cannot_be_told_is_refused() {
    assertThatThrownBy(
            () ->
                Upsert.keyOf(
                    "INSERT INTO t (a, b) VALUES (?, 1) ON CONFLICT (a) DO UPDATE SET b = 2"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
