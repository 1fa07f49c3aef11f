package io.messagelogger.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.store.SqlFailure.Kind;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an SQLSTATE means; taking an outage for bad data would throw good messages away. */
class SqlFailureTest {
  @ParameterizedTest
  @CsvSource({
    "08006, OUTAGE",
    "08003, OUTAGE",
    "53300, OUTAGE",
    "53100, OUTAGE",
    "57P01, OUTAGE",
    "57014, LIMIT",
    "58030, OUTAGE",
    "40001, CONTENTION",
    "40P01, CONTENTION",
    "55P03, OUTAGE",
    "25006, OUTAGE",
    "XX000, OUTAGE",
    "99999, OUTAGE",
    "28P01, MISCONFIGURATION",
    "3D000, MISCONFIGURATION",
    "42P01, MISCONFIGURATION",
    "42501, MISCONFIGURATION",
    "22P02, DATA",
    "22003, DATA",
    "23505, DATA",
    "54000, DATA",
    "0A000, DATA",
    "P0001, DATA",
    "44000, DATA",
    "21000, DATA",
    "ML001, DATA",
    "53400, LIMIT",
    "53200, LIMIT"
  })
  void statesFallIntoTheirClasses(String state, Kind kind) {
    assertThat(SqlFailure.of(new SQLException("x", state)).kind()).isEqualTo(kind);
  }

  @Test
  void theStateIsFoundHoweverDeepItLies() {
    SQLException root = new SQLException("value too long\n  Detail: secret", "22001");
    BatchUpdateException batch = new BatchUpdateException("Batch entry 0 secret", new int[0]);
    batch.setNextException(root);
    SqlFailure failure = SqlFailure.of(new IllegalStateException("wrapped", batch));
    assertThat(failure).isEqualTo(new SqlFailure(Kind.DATA, "22001", "value too long"));
  }

  @Test
  void whateverElseFailsIsAnOutage() {
    assertThat(SqlFailure.of(new IllegalStateException("no transaction")))
        .isEqualTo(new SqlFailure(Kind.OUTAGE, null, "no transaction"));
    assertThat(SqlFailure.of(new SQLException("no state")).kind()).isEqualTo(Kind.OUTAGE);
  }
}
