// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.websocket;

import java.util.List;
import java.util.Optional;

/** Which subprotocol is spoken of those that a peer offers (RFC 6455 §4.2.2). */
interface Subprotocols {

    /** The client protocol: its JSON form, or no name at all. */
    Subprotocols CENTRIFUGE =
            new Subprotocols() {
                @Override
                public boolean mayBe(List<String> offers) {
                    return offers.contains("centrifuge-json")
                            || !offers.contains("centrifuge-protobuf");
                }

                @Override
                public Optional<String> choose(List<String> offers) {
                    return offers.stream().filter("centrifuge-json"::equals).findFirst();
                }

                @Override
                public String text() {
                    return "only centrifuge-json is spoken";
                }
            };

    /** One of these. */
    static Subprotocols oneOf(List<String> names) {
        return new Subprotocols() {
            @Override
            public boolean mayBe(List<String> offers) {
                return choose(offers).isPresent();
            }

            @Override
            public Optional<String> choose(List<String> offers) {
                return offers.stream().filter(names::contains).findFirst();
            }

            @Override
            public String text() {
                return "subprotocol: " + String.join(" or ", names);
            }
        };
    }

    /** Whether something can be spoken at all. */
    boolean mayBe(List<String> offers);

    /** What is said back, if anything. */
    Optional<String> choose(List<String> offers);

    /** For people: what would have been spoken. */
    String text();
}
