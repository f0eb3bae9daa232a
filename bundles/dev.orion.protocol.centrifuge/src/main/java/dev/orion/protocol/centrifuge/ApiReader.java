// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import dev.orion.message.Payload;
import dev.orion.realtime.StreamPosition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads the requests of the server API.
 *
 * <p>As Centrifugo does, it skips members that it does not know and takes {@code null} for a member
 * that is not there.
 *
 * <p><b>Threads:</b> any.
 *
 * <p><b>Errors:</b> what is no request is a {@link MalformedRequestException}.
 */
final class ApiReader {

    private final JsonFactory json;

    ApiReader(JsonFactory json) {
        this.json = json;
    }

    /** One call of one method. */
    record Call(String method, ApiRequest request) {}

    /** Reads the arguments of a method; an empty body is a request without any. */
    ApiRequest request(byte[] body) {
        if (body.length == 0) {
            return new ApiRequest();
        }
        return parse(body, Body::request);
    }

    /** Reads a batch; a call without a known place has an empty method's name. */
    List<Call> batch(byte[] body) {
        return parse(body, Body::batch);
    }

    private <T> T parse(byte[] body, Function<Body, T> what) {
        if (!Utf8.isValid(body, 0, body.length)) {
            throw new MalformedRequestException("not UTF-8");
        }
        if (!CommandReader.looksLikeObject(body, 0, body.length)) {
            throw new MalformedRequestException("not a JSON object");
        }
        try (JsonParser parser =
                json.createParser(ObjectReadContext.empty(), body, 0, body.length)) {
            parser.nextToken();
            T result = what.apply(new Body(parser, body));
            if (parser.nextToken() != null) {
                throw new MalformedRequestException("something after the JSON object");
            }
            return result;
        } catch (JacksonException malformed) {
            long at = malformed.getLocation().getByteOffset();
            throw new MalformedRequestException("not JSON at byte " + Math.max(0, at));
        }
    }

    /** A body on its way: the parser is at the beginning of an object. */
    private static final class Body {

        private final JsonParser parser;
        private final byte[] bytes;

        Body(JsonParser parser, byte[] bytes) {
            this.parser = parser;
            this.bytes = bytes;
        }

        List<Call> batch() {
            List<Call> calls = new ArrayList<>();
            members(
                    name -> {
                        if (name.equals("commands")) {
                            elements(value -> calls.add(call(value)));
                        } else {
                            skip(); // parallel: the answers come in order in any case
                        }
                    });
            return calls;
        }

        private Call call(JsonToken value) {
            if (value == JsonToken.VALUE_NULL) {
                return new Call("", new ApiRequest());
            }
            expect(value, JsonToken.START_OBJECT, "a command");
            List<Call> found = new ArrayList<>();
            members(
                    name -> {
                        if (parser.currentToken() != JsonToken.VALUE_NULL) {
                            expect(parser.currentToken(), JsonToken.START_OBJECT, name);
                            found.add(new Call(name, request()));
                        }
                    });
            // Centrifugo takes the first in an order of its own; what was meant cannot be known.
            return found.size() == 1
                    ? found.get(0)
                    : new Call(found.isEmpty() ? "unknown" : "", new ApiRequest());
        }

        ApiRequest request() {
            var request = new ApiRequest();
            members(name -> argument(name, request));
            return request;
        }

        private void argument(String name, ApiRequest to) {
            switch (name) {
                case "channel" -> to.channel = string(name);
                case "channels" -> elements(value -> to.channels.add(string(name)));
                case "data" -> to.data = Optional.of(data());
                case "b64data" -> to.base64Data = string(name);
                case "tags" -> members(tag -> to.tags.put(tag, string(name)));
                case "idempotency_key" -> to.idempotencyKey = string(name);
                case "skip_history" -> to.skipHistory = bool(name);
                case "version" -> to.version = number(name);
                case "limit" -> to.limit = number(name);
                case "since" -> to.since = position();
                case "reverse" -> to.reverse = bool(name);
                case "pattern" -> to.pattern = string(name);
                case "method" -> to.method = string(name);
                default -> argumentAboutClients(name, to);
            }
        }

        private void argumentAboutClients(String name, ApiRequest to) {
            switch (name) {
                case "user" -> to.user = string(name);
                case "client" -> to.client = string(name);
                case "session" -> to.session = string(name);
                case "disconnect" -> {
                    to.hasDisconnect = isThere();
                    members(part -> disconnect(part, to));
                }
                case "whitelist" -> elements(value -> to.whitelist.add(string(name)));
                case "expired" -> to.expired = bool(name);
                case "expire_at" -> to.expireAt = number(name);
                case "info", "b64info" -> to.hasInfo |= isThereAndSkipped();
                case "override" -> to.hasOverride |= isThereAndSkipped();
                case "recover_since" -> to.hasRecoverSince |= isThereAndSkipped();
                default -> skip();
            }
        }

        private void disconnect(String name, ApiRequest to) {
            switch (name) {
                case "code" -> to.code = number(name);
                case "reason" -> to.reason = string(name);
                default -> skip();
            }
        }

        private Optional<StreamPosition> position() {
            if (!isThere()) {
                return Optional.empty();
            }
            long[] offset = {0};
            String[] epoch = {""};
            members(
                    name -> {
                        switch (name) {
                            case "offset" -> offset[0] = number(name);
                            case "epoch" -> epoch[0] = string(name);
                            default -> skip();
                        }
                    });
            if (offset[0] < 0) {
                throw new MalformedRequestException("offset: " + offset[0] + " (expected: >= 0)");
            }
            return Optional.of(new StreamPosition(offset[0], epoch[0]));
        }

        /** Calls {@code each} at the value of every member of the object that begins here. */
        private void members(Consumer<String> each) {
            if (!isThere()) {
                return;
            }
            expect(parser.currentToken(), JsonToken.START_OBJECT, "an object");
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                each.accept(name);
            }
        }

        /** Calls {@code each} at every element of the array that begins here. */
        private void elements(Consumer<JsonToken> each) {
            if (!isThere()) {
                return;
            }
            expect(parser.currentToken(), JsonToken.START_ARRAY, "an array");
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                each.accept(parser.currentToken());
            }
        }

        private Payload data() {
            int from = (int) parser.currentTokenLocation().getByteOffset();
            if (parser.currentToken() == JsonToken.VALUE_STRING) {
                parser.finishToken();
            } else {
                parser.skipChildren();
            }
            int to = (int) parser.currentLocation().getByteOffset();
            return Payload.validJson(Arrays.copyOfRange(bytes, from, to));
        }

        private String string(String name) {
            if (!isThere()) {
                return "";
            }
            expect(parser.currentToken(), JsonToken.VALUE_STRING, name);
            return parser.getString();
        }

        private boolean bool(String name) {
            JsonToken value = parser.currentToken();
            if (isThere() && value != JsonToken.VALUE_TRUE && value != JsonToken.VALUE_FALSE) {
                throw new MalformedRequestException(name + " (expected: true or false)");
            }
            return value == JsonToken.VALUE_TRUE;
        }

        private long number(String name) {
            if (!isThere()) {
                return 0;
            }
            expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, name);
            return parser.getLongValue();
        }

        private boolean isThere() {
            return parser.currentToken() != JsonToken.VALUE_NULL;
        }

        private boolean isThereAndSkipped() {
            boolean isThere = isThere();
            skip();
            return isThere;
        }

        private void skip() {
            parser.skipChildren();
        }

        private static void expect(JsonToken found, JsonToken expected, String what) {
            if (found != expected) {
                throw new MalformedRequestException(what + " is of another type");
            }
        }
    }
}
