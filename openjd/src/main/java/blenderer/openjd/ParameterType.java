package blenderer.openjd;

/** What kind of value a job parameter takes (§2). */
public enum ParameterType {
  STRING,
  PATH,
  INT,
  FLOAT;

  boolean isNumber() {
    return this == INT || this == FLOAT;
  }
}
