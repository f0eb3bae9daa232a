// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 §9.1: how extensions are offered; RFC 7692 §5 and §7.1: which offer is accepted. */
class ExtensionTest {

    @Test // RFC 6455 §9.1
    void readsOffersOfSeveralFieldsInTheirOrder() {
        List<Extension> offers =
                Extension.parse(List.of("a; b=1;\tc , d", "", "e;f=\"x\\y\"").subList(0, 1));
        assertThat(offers)
                .hasToString(
                        "[Extension[name=a, parameters=[Parameter[name=b, value=Optional[1]],"
                                + " Parameter[name=c, value=Optional.empty]]],"
                                + " Extension[name=d, parameters=[]]]");

        assertThat(Extension.parse(List.of("a", "b,,c")))
                .extracting(Extension::name)
                .containsExactly("a", "b", "c");
        assertThat(Extension.parse(List.of())).isEmpty();
    }

    @Test // RFC 6455 §9.1: a quoted value is the token inside
    void readsQuotedValues() {
        assertThat(Extension.parse(List.of("a;b=\"1\\2\"")).get(0).parameters().get(0).value())
                .contains("12");
    }

    @ParameterizedTest // RFC 6455 §9.1: what is not of the form fails the handshake
    @ValueSource(
            strings = {
                "",
                ",",
                "a;",
                "a;;b",
                "a;b=",
                "a;b=\"",
                "a;b=\"\"",
                "a;b=\"x",
                "a;b=\"x y\"",
                "a b",
                "=1",
                "a;b=\"x\\",
                "a;=1",
                "(a)",
                "a;b=\"x\"y",
                "ä"
            })
    void refusesWhatIsNotOfTheForm(String field) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Extension.parse(List.of("ok", field)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // §5: the first that is acceptable, of whatever is offered
                "permessage-deflate | 15 |",
                "x-webkit-deflate-frame, permessage-deflate | 15 |",
                "permessage-deflate; server_max_window_bits=16, permessage-deflate | 15 |",
                "permessage-deflate; server_max_window_bits=10, permessage-deflate | 10 | 10",
                // §7.1.1.1, §7.1.1.2: no context takeover, by flags without a value
                "permessage-deflate; server_no_context_takeover | 15 |",
                "permessage-deflate; client_no_context_takeover | 15 |",
                // §7.1.2.1: the server's window
                "permessage-deflate; server_max_window_bits=8 | 8 | 8",
                "permessage-deflate; server_max_window_bits=15 | 15 | 15",
                "permessage-deflate; server_max_window_bits=\"12\" | 12 | 12",
                // §7.1.2.2: the client's window, of which the server need not say anything
                "permessage-deflate; client_max_window_bits | 15 |",
                "permessage-deflate; client_max_window_bits=9; server_max_window_bits=9 | 9 | 9"
            })
    void acceptsTheFirstOfferThatItCan(String field, int windowBits, String answered) {
        DeflateOffer offer = DeflateOffer.first(Extension.parse(List.of(field))).orElseThrow();

        assertThat(offer.windowBits()).isEqualTo(windowBits);
        String answer =
                "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
        assertThat(offer.answer())
                .isEqualTo(
                        answered == null
                                ? answer
                                : answer + "; server_max_window_bits=" + answered);
    }

    @ParameterizedTest // §7.1: unknown, invalid or repeated parameters decline the offer
    @ValueSource(
            strings = {
                "deflate-frame",
                "Permessage-Deflate2",
                "permessage-deflate; unknown",
                "permessage-deflate; server_no_context_takeover=1",
                "permessage-deflate; client_no_context_takeover=true",
                "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
                "permessage-deflate; server_max_window_bits",
                "permessage-deflate; server_max_window_bits=7",
                "permessage-deflate; server_max_window_bits=16",
                "permessage-deflate; server_max_window_bits=08",
                "permessage-deflate; server_max_window_bits=+9",
                "permessage-deflate; server_max_window_bits=10; server_max_window_bits=10",
                "permessage-deflate; client_max_window_bits=7",
                "permessage-deflate; client_max_window_bits=x",
                "permessage-deflate; client_max_window_bits; client_max_window_bits=9"
            })
    void declinesWhatItCannotKeep(String field) {
        assertThat(DeflateOffer.first(Extension.parse(List.of(field)))).isEmpty();
    }
}
