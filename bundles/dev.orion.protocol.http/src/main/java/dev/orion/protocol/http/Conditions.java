// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the conditions of a request for an existing representation come to (RFC 9110 §13).
 *
 * @param etag strong, with its quotation marks
 * @param modified in whole seconds
 */
record Conditions(String etag, Instant modified) {

    /** RFC 9110 §8.8.3. */
    private static final Pattern TAG =
            Pattern.compile(
                    "\\G[ \\t]*,*[ \\t]*((?:W/)?\"[\\x21\\x23-\\x7e\\x80-\\xff]*\")[ \\t]*(?=,|$)");

    enum Outcome {
        PROCEED,
        NOT_MODIFIED,
        FAILED
    }

    /** RFC 9110 §13.2.2, for a request whose method is GET or HEAD. */
    Outcome judge(HttpHeaders asked) {
        if (asked.contains(HttpHeaderNames.IF_MATCH)) {
            if (!matches(asked.getAll(HttpHeaderNames.IF_MATCH), false)) {
                return Outcome.FAILED;
            }
        } else if (date(asked, HttpHeaderNames.IF_UNMODIFIED_SINCE)
                .filter(modified::isAfter)
                .isPresent()) {
            return Outcome.FAILED;
        }
        if (asked.contains(HttpHeaderNames.IF_NONE_MATCH)) {
            return matches(asked.getAll(HttpHeaderNames.IF_NONE_MATCH), true)
                    ? Outcome.NOT_MODIFIED
                    : Outcome.PROCEED;
        }
        return date(asked, HttpHeaderNames.IF_MODIFIED_SINCE)
                        .filter(since -> !modified.isAfter(since))
                        .isPresent()
                ? Outcome.NOT_MODIFIED
                : Outcome.PROCEED;
    }

    /** Whether a range may be sent: the peer's part is of this very representation (§13.1.5). */
    boolean mayBeRange(HttpHeaders asked) {
        String condition = asked.get(HttpHeaderNames.IF_RANGE);
        if (condition == null) {
            return true;
        }
        if (condition.startsWith("\"") || condition.startsWith("W/")) {
            return condition.equals(etag); // strong comparison: a weak one is never equal
        }
        return date(asked, HttpHeaderNames.IF_RANGE).filter(modified::equals).isPresent();
    }

    /** Whether a list of tags has ours (§8.8.3.2); what is no tag ends the list. */
    private boolean matches(List<String> fields, boolean weakly) {
        for (String field : fields) {
            if (field.strip().equals("*")) {
                return true;
            }
            Matcher tags = TAG.matcher(field);
            while (tags.find()) {
                String tag = tags.group(1);
                if (tag.equals(etag) || (weakly && tag.equals("W/" + etag))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** A field that is no date is as if it was not there (§13.1.3). */
    private static Optional<Instant> date(HttpHeaders asked, CharSequence name) {
        List<String> fields = asked.getAll(name);
        if (fields.size() != 1) {
            return Optional.empty();
        }
        return Optional.ofNullable(DateFormatter.parseHttpDate(fields.get(0))).map(Date::toInstant);
    }
}
