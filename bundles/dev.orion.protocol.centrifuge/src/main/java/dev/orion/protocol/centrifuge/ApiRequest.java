// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import dev.orion.message.Payload;
import dev.orion.realtime.StreamPosition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One request of the server API as it was read: every argument that any method has. */
final class ApiRequest {

    String channel = "";
    final List<String> channels = new ArrayList<>();
    Optional<Payload> data = Optional.empty();
    String base64Data = "";
    final Map<String, String> tags = new HashMap<>();
    String idempotencyKey = "";
    boolean skipHistory;
    long version;

    String user = "";
    String client = "";
    String session = "";
    boolean hasDisconnect;
    long code;
    String reason = "";
    final List<String> whitelist = new ArrayList<>();
    boolean expired;
    long expireAt;
    boolean hasInfo;
    boolean hasOverride;
    boolean hasRecoverSince;

    long limit;
    Optional<StreamPosition> since = Optional.empty();
    boolean reverse;
    String pattern = "";
    String method = "";

    /** Only this one of the user's clients; empty for all. */
    Optional<String> onlyClient() {
        return client.isEmpty() ? Optional.empty() : Optional.of(client);
    }
}
