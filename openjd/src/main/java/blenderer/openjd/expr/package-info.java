/**
 * The expression language of Open Job Description (extension EXPR): reads expressions, finds their
 * type before values are known, and evaluates them within bounds.
 *
 * <p>{@link blenderer.openjd.expr.Expression} is the way in. There is one evaluator: a symbol whose
 * value is not known yet is a {@link blenderer.openjd.expr.Value.Unresolved}, which carries a type
 * through the expression, so that checking is evaluating with less known.
 *
 * <p>Whatever a stranger writes ends soon and in bounded memory: {@link
 * blenderer.openjd.expr.Evaluation} has the limits, the parser bounds nesting and length, and
 * regular expressions run in time linear in the text.
 *
 * <p>Pure and immutable, for use from any thread. Knows range expressions and nothing else. "The
 * specification" is the Open Job Description expression language of 2026-02
 * (https://github.com/OpenJobDescription/openjd-specifications/wiki); numbers of sections are its.
 */
@NullMarked
package blenderer.openjd.expr;

import org.jspecify.annotations.NullMarked;
