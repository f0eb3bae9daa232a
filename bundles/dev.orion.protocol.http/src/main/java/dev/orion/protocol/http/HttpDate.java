// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import io.netty.util.AsciiString;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The value of the {@code Date} field (RFC 9110 §6.6.1), made once a second.
 *
 * <p><b>Threads:</b> any.
 */
final class HttpDate {

    private static final DateTimeFormatter FORM =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    private final Clock clock;
    private volatile Second latest = new Second(Long.MIN_VALUE, AsciiString.EMPTY_STRING);

    HttpDate(Clock clock) {
        this.clock = clock;
    }

    AsciiString now() {
        long second = Math.floorDiv(clock.millis(), 1000L);
        Second known = latest;
        if (known.number != second) {
            String text = FORM.format(Instant.ofEpochSecond(second));
            known = new Second(second, AsciiString.of(text));
            latest = known;
        }
        return known.text;
    }

    private record Second(long number, AsciiString text) {}
}
