// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110 §12.5.3, §13 and §14 as plain rules, and which names are files. */
class FileRulesTest {

    private static final String BEFORE = "Sun, 06 Nov 1994 08:49:36 GMT";
    private static final String SAME = "Sun, 06 Nov 1994 08:49:37 GMT";
    private static final String AFTER = "Sunday, 06-Nov-94 08:49:38 GMT";

    private final Conditions conditions =
            new Conditions("\"a\"", Instant.parse("1994-11-06T08:49:37Z"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                // §13.1.1: strong comparison
                "if-match | \"a\" | PROCEED",
                "if-match | \"b\", \"a\" | PROCEED",
                "if-match | * | PROCEED",
                "if-match | W/\"a\" | FAILED",
                "if-match | \"b\" | FAILED",
                "if-match | a | FAILED",
                // §13.1.2: weak comparison
                "if-none-match | \"a\" | NOT_MODIFIED",
                "if-none-match | W/\"a\" | NOT_MODIFIED",
                "if-none-match | \"b,\" , \"a\" | NOT_MODIFIED",
                "if-none-match | * | NOT_MODIFIED",
                "if-none-match | \"b\" | PROCEED",
                "if-none-match | \"b\", \"a | PROCEED",
                // §13.1.3, §13.1.4
                "if-modified-since | " + BEFORE + " | PROCEED",
                "if-modified-since | " + SAME + " | NOT_MODIFIED",
                "if-modified-since | " + AFTER + " | NOT_MODIFIED",
                "if-modified-since | yesterday | PROCEED",
                "if-unmodified-since | " + BEFORE + " | FAILED",
                "if-unmodified-since | " + SAME + " | PROCEED",
                "if-unmodified-since | yesterday | PROCEED"
            })
    void judgesOneCondition(String name, String value, Conditions.Outcome outcome) {
        assertThat(conditions.judge(headers(name, value))).isEqualTo(outcome);
    }

    @Test // §13.2.2
    void asksTagsBeforeDates() {
        assertThat(conditions.judge(headers("if-match", "\"a\"", "if-unmodified-since", BEFORE)))
                .isEqualTo(Conditions.Outcome.PROCEED);
        assertThat(conditions.judge(headers("if-none-match", "\"b\"", "if-modified-since", AFTER)))
                .isEqualTo(Conditions.Outcome.PROCEED);
        assertThat(conditions.judge(headers("if-match", "\"b\"", "if-none-match", "\"a\"")))
                .isEqualTo(Conditions.Outcome.FAILED);
        assertThat(conditions.judge(headers())).isEqualTo(Conditions.Outcome.PROCEED);
    }

    @ParameterizedTest // §13.1.5
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"a\" | true",
                "W/\"a\" | false",
                "\"b\" | false",
                SAME + " | true",
                BEFORE + " | false",
                AFTER + " | false",
                "rubbish | false"
            })
    void allowsARangeOfTheSameBytesOnly(String ifRange, boolean allowed) {
        assertThat(conditions.mayBeRange(headers("if-range", ifRange))).isEqualTo(allowed);
    }

    @ParameterizedTest // §14.1.2, §14.2, of 1,000 bytes
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-0 | PARTS | 0-0",
                "bytes=0-499 | PARTS | 0-499",
                "BYTES=500- | PARTS | 500-999",
                "bytes=-1 | PARTS | 999-999",
                "bytes=-2000 | PARTS | 0-999",
                "bytes=900-99999999999999999999 | PARTS | 900-999",
                "bytes= 0-1 , -1,, 500-501 | PARTS | 0-1 999-999 500-501",
                "bytes=0-1,5000- | PARTS | 0-1",
                "bytes=1000- | NONE | ''",
                "bytes=99999999999999999999- | NONE | ''",
                "bytes=-0 | NONE | ''",
                "bytes=2-1 | WHOLE | ''",
                "bytes=0-1,2-1 | WHOLE | ''",
                "bytes=- | WHOLE | ''",
                "bytes=1 | WHOLE | ''",
                "bytes=a-b | WHOLE | ''",
                "bytes= | WHOLE | ''",
                "bytes=+1-2 | WHOLE | ''",
                "lines=0-1 | WHOLE | ''",
                // more than there is, §14.2
                "bytes=0-999,0-0 | WHOLE | ''"
            })
    void readsRanges(String field, Ranges.Kind kind, String parts) {
        Ranges ranges = Ranges.of(field, 1000);

        assertThat(ranges.kind()).isEqualTo(kind);
        assertThat(
                        ranges.parts().stream()
                                .map(part -> part.first() + "-" + part.last())
                                .collect(Collectors.joining(" ")))
                .isEqualTo(parts);
    }

    @Test // §17.15
    void sendsAllToWhoAsksForManyParts() {
        assertThat(Ranges.of("bytes=" + "0-0,".repeat(17), 1000).kind())
                .isEqualTo(Ranges.Kind.WHOLE);
        assertThat(Ranges.of(null, 1000).kind()).isEqualTo(Ranges.Kind.WHOLE);
        assertThat(Ranges.of("bytes=0-", 0).kind()).isEqualTo(Ranges.Kind.NONE);
    }

    @ParameterizedTest // §12.5.3, of br and gzip
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip, br | br",
                "gzip | gzip",
                "x-gzip | gzip",
                "GZIP;Q=0.5 | gzip",
                "br;q=0.5, gzip;q=0.8 | gzip",
                "br;q=0.5, gzip;q=0.5 | br",
                "br;q=0, gzip | gzip",
                "br;q=0, * | gzip",
                "* | br",
                "*;q=0 | identity",
                "gzip;q=0 | identity",
                "identity | identity",
                "identity;q=1, gzip;q=0.5 | identity",
                "identity;q=0.5, gzip;q=1.000 | gzip",
                "deflate, zstd | identity",
                "gzip;q=2 | identity",
                "gzip;level=1 | identity",
                "'' | identity",
                ",, | identity"
            })
    void choosesTheCodingThatIsLikedBest(String field, String coding) {
        assertThat(ranked(field)).startsWith(coding).endsWith("identity");
    }

    @ParameterizedTest // §12.5.3: what is sent where the first cannot be made, and so on
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip, br | br gzip identity",
                "br;q=0.5, gzip;q=0.8 | gzip br identity",
                "br, gzip;q=0.5, identity;q=0.5 | br gzip identity",
                "br, gzip;q=0.5, identity;q=0.6 | br identity",
                "br | br identity",
                "br, * | br gzip identity",
                "br, *;q=0 | br identity",
                "identity;q=0, br | br identity",
                "identity;q=0 | identity",
                "identity | identity"
            })
    void ranksWhatMayBeSent(String field, String codings) {
        assertThat(String.join(" ", ranked(field))).isEqualTo(codings);
    }

    @Test
    void ranksNothingWhereNothingIsAskedForOrThere() {
        List<String> both = List.of("br", "gzip");

        assertThat(AcceptEncoding.ranked(List.of(), both)).containsExactly("identity");
        assertThat(AcceptEncoding.ranked(List.of("br"), List.of())).containsExactly("identity");
        assertThat(AcceptEncoding.ranked(List.of("br;q=0.1", "gzip"), both))
                .containsExactly("gzip", "br", "identity");
    }

    private static List<String> ranked(String field) {
        return AcceptEncoding.ranked(List.of(field), List.of("br", "gzip"));
    }

    @ParameterizedTest
    @CsvSource({
        "/c, index.html",
        "/c/, index.html",
        "/c/a.js, a.js",
        "/c/a/b.js, a/b.js",
        "/c/a/, a/index.html",
        "/c/a..b, a..b"
    })
    void findsTheNameBelowAPath(String path, String name) {
        assertThat(FileName.below("/c", path)).contains(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/cc",
                "/cc/a",
                "/c/../a",
                "/c/..",
                "/c/a/../../b",
                "/c//a",
                "/c/./a",
                "/c/.git/config",
                "/c/a\\..\\b",
                "/c/\0",
                "/c/a\0.js",
                "/c//"
            })
    void findsNothingElsewhere(String path) {
        assertThat(FileName.below("/c", path)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "a.html, text/html; charset=utf-8",
        "a.min.JS, text/javascript; charset=utf-8",
        "a.svg, image/svg+xml",
        "a, application/octet-stream",
        "a.unknown, application/octet-stream"
    })
    void tellsTheTypeByTheExtension(String name, String type) {
        assertThat(FileName.type(name)).isEqualTo(type);
    }

    private static HttpHeaders headers(String... pairs) {
        HttpHeaders headers = new DefaultHttpHeaders();
        for (int i = 0; i < pairs.length; i += 2) {
            headers.add(pairs[i], pairs[i + 1]);
        }
        return headers;
    }
}
