// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest.whole;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads server-sent events, and says its commands to {@code /emulation}. */
final class EventClient extends LineClient {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Pattern SESSION = Pattern.compile("\"session\":\"([^\"]+)\"");
    private static final String CONNECT = "{\"id\":1,\"connect\":{}}";

    private final int port;
    private final String session;

    EventClient(int port) throws IOException {
        super(port);
        this.port = port;
        send(
                "GET /connection/sse?cf_connect="
                        + URLEncoder.encode(CONNECT, StandardCharsets.UTF_8)
                        + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        Matcher found = SESSION.matcher(String.valueOf(hear()));
        if (!found.find()) {
            throw new IOException("no session");
        }
        session = found.group(1);
    }

    @Override
    String message(String line) {
        if (line == null) {
            return null;
        }
        if (line.equals("0")) {
            return null; // the last chunk
        }
        return line.startsWith("data: ") ? line.substring(6) : "";
    }

    @Override
    public void say(String command) throws Exception {
        String body =
                "{\"session\":\"%s\",\"node\":\"\",\"data\":\"%s\"}"
                        .formatted(session, command.replace("\"", "\\\""));
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/emulation"))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .header("Content-Type", "application/json")
                        .timeout(Await.SOON)
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
        int status = HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        if (status != 204) {
            throw new IOException("status " + status);
        }
    }
}
