package blenderer.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PostgresAddressTest {

  @ParameterizedTest
  @CsvSource({
    "postgresql://ada@db/farm,              jdbc:postgresql://db:5432/farm,             ada,"
        + " require",
    "postgres://ada@localhost:5433/farm,    jdbc:postgresql://localhost:5433/farm,      ada,"
        + " prefer",
    "postgresql://a%40b@127.0.0.1/farm,     jdbc:postgresql://127.0.0.1:5432/farm,      a@b,"
        + " prefer",
    "'postgresql://ada@h1,h2:6000/farm',    'jdbc:postgresql://h1:5432,h2:6000/farm',   ada,"
        + " require",
    "postgresql://ada@[::1]:5433/farm,      jdbc:postgresql://[::1]:5433/farm,          ada,"
        + " prefer",
    "postgresql://ada@[fe80::1]/farm,       jdbc:postgresql://[fe80::1]:5432/farm,      ada,"
        + " require",
    "postgresql://ada@db/farm?sslmode=verify-full, jdbc:postgresql://db:5432/farm, ada,"
        + " verify-full",
  })
  void a_url_says_where_and_how_safely(String url, String jdbc, String user, String tls) {
    PostgresAddress address = PostgresAddress.of(url);
    assertThat(address.jdbcUrl()).isEqualTo(jdbc);
    assertThat(address.properties())
        .containsEntry("user", user)
        .containsEntry("sslmode", tls)
        .doesNotContainKey("password");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://",
        "postgresql://db",
        "postgresql://db/",
        "postgresql://db/a/b",
        "postgresql://db/a b",
        "postgresql://%zz@db/farm",
        "postgresql://db?x=1/farm",
        "postgresql://db/farm?colour=blue",
      })
  void what_is_none_is_refused_with_an_example_or_the_names_that_are_known(String url) {
    assertThatThrownBy(() -> PostgresAddress.of(url))
        .isInstanceOf(DatabaseRefused.class)
        .hasMessageMatching(".*(postgresql://blenderer@|sslmode, sslrootcert).*");
  }

  @Test
  void a_password_in_a_url_is_refused_and_not_repeated() {
    assertThatThrownBy(() -> PostgresAddress.of("postgresql://ada:secret42@db/farm"))
        .isInstanceOf(DatabaseRefused.class)
        .hasMessageContaining("--db-password-file")
        .hasMessageNotContaining("secret42");
  }

  @Test
  void a_password_stays_out_of_all_that_is_shown() {
    PostgresAddress address =
        PostgresAddress.of("postgresql://ada@db/farm?sslmode=require").withPassword("secret42");
    assertThat(address.toString() + address.jdbcUrl())
        .doesNotContain("secret42")
        .contains("postgresql://ada@db:5432/farm?sslmode=require");
    assertThat(address.properties()).containsEntry("password", "secret42");
  }
}
