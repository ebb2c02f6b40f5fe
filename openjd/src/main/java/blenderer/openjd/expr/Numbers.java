package blenderer.openjd.expr;

import blenderer.openjd.expr.ExpressionError.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/** Arithmetic as the language defines it: 64 bits or an error, floored division, no NaN. */
final class Numbers {

  private static final double TWO_63 = 0x1p63;

  private Numbers() {}

  /** The shortest text that reads as the same number, in the form of Python's {@code repr}. */
  static String text(double value) {
    BigDecimal decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    if (decimal.signum() == 0) {
      return "0.0";
    }
    String digits = decimal.unscaledValue().abs().toString();
    String sign = decimal.signum() < 0 ? "-" : "";
    int exponent = digits.length() - decimal.scale() - 1;
    if (exponent < -4 || exponent >= 16) {
      String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
      String power = (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "");
      return sign + digits.charAt(0) + fraction + "e" + power + Math.abs(exponent);
    }
    if (exponent < 0) {
      return sign + "0." + "0".repeat(-exponent - 1) + digits;
    }
    if (digits.length() <= exponent + 1) {
      return sign + digits + "0".repeat(exponent + 1 - digits.length()) + ".0";
    }
    return sign + digits.substring(0, exponent + 1) + "." + digits.substring(exponent + 1);
  }

  static Value real(Run run, double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw run.error(Kind.VALUE, "the result is not a finite number");
    }
    // Adding zero turns -0.0 into 0.0.
    return new Value.Real(value + 0.0, null);
  }

  static Value whole(Run run, double value) {
    if (value >= -TWO_63 && value < TWO_63) {
      return Value.of((long) value);
    }
    throw overflow(run);
  }

  static ExpressionError overflow(Run run) {
    return run.error(Kind.VALUE, "the result does not fit in 64 bits");
  }

  static Value divide(Run run, double a, double b) {
    if (b == 0) {
      throw run.error(Kind.VALUE, "division by zero");
    }
    return real(run, a / b);
  }

  static Value floorDivide(Run run, long a, long b) {
    if (b == 0) {
      throw run.error(Kind.VALUE, "division by zero");
    }
    if (b == -1 && a == Long.MIN_VALUE) {
      throw overflow(run);
    }
    return Value.of(Math.floorDiv(a, b));
  }

  static Value modulo(Run run, long a, long b) {
    if (b == 0) {
      throw run.error(Kind.VALUE, "division by zero");
    }
    return Value.of(b == -1 ? 0 : Math.floorMod(a, b));
  }

  /** By way of the remainder, as Python does: the quotient alone would be off by rounding. */
  static Value floorDivide(Run run, double a, double b) {
    double rest = remainder(run, a, b);
    double quotient = (a - rest) / b;
    double floor = Math.floor(quotient);
    return whole(run, quotient - floor > 0.5 ? floor + 1 : floor);
  }

  static Value modulo(Run run, double a, double b) {
    return real(run, remainder(run, a, b));
  }

  private static double remainder(Run run, double a, double b) {
    if (b == 0) {
      throw run.error(Kind.VALUE, "division by zero");
    }
    double rest = a % b;
    return rest != 0 && (b < 0) != (rest < 0) ? rest + b : rest;
  }

  static Value power(Run run, long base, long exponent) {
    if (exponent < 0) {
      return power(run, (double) base, (double) exponent);
    }
    if (base == 0 || base == 1 || base == -1 || exponent < 2) {
      long odd = exponent % 2 == 0 ? 1 : base;
      return Value.of(exponent == 0 ? 1 : base == -1 ? odd : base);
    }
    if (exponent > 63) {
      throw overflow(run);
    }
    BigInteger result = BigInteger.valueOf(base).pow((int) exponent);
    if (result.bitLength() > 63) {
      throw overflow(run);
    }
    return Value.of(result.longValue());
  }

  static Value power(Run run, double base, double exponent) {
    if (base == 0 && exponent < 0) {
      throw run.error(Kind.VALUE, "zero cannot be raised to a negative power");
    }
    if (base < 0 && exponent != Math.rint(exponent)) {
      throw run.error(Kind.VALUE, "a negative number cannot be raised to a fractional power");
    }
    return real(run, Math.pow(base, exponent));
  }

  /** To {@code digits} decimals; at most zero of them give a whole number (§2.2.2). */
  static Value round(Run run, double value, long digits) {
    if (digits > 0) {
      if (digits > 400) {
        return new Value.Real(value, null);
      }
      BigDecimal rounded = new BigDecimal(value).setScale((int) digits, RoundingMode.HALF_EVEN);
      double result = rounded.doubleValue() + 0.0;
      if (Double.isInfinite(result)) {
        throw run.error(Kind.VALUE, "the result is not a finite number");
      }
      String text = rounded.signum() == 0 ? rounded.abs().toPlainString() : rounded.toPlainString();
      return new Value.Real(result, text);
    }
    return whole(run, new BigDecimal(value), digits);
  }

  static Value round(Run run, long value, long digits) {
    return digits >= 0 ? Value.of(value) : whole(run, BigDecimal.valueOf(value), digits);
  }

  private static Value whole(Run run, BigDecimal value, long digits) {
    if (digits < -400) {
      return Value.of(0);
    }
    BigInteger rounded = value.setScale((int) digits, RoundingMode.HALF_EVEN).toBigInteger();
    if (rounded.bitLength() > 63) {
      throw overflow(run);
    }
    return Value.of(rounded.longValue());
  }

  /** Whether a whole number and another are the same number, beyond what a double can tell. */
  static boolean equal(long a, double b) {
    return b >= -TWO_63 && b < TWO_63 && b == Math.rint(b) && (long) b == a;
  }

  static int compare(long a, double b) {
    return Math.abs(a) < 1L << 53
        ? Double.compare((double) a, b)
        : BigDecimal.valueOf(a).compareTo(new BigDecimal(b));
  }
}
