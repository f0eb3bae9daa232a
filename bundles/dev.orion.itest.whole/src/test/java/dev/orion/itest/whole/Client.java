// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest.whole;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Somebody who speaks the client protocol over a real socket. */
interface Client extends AutoCloseable {

    Pattern DISCONNECT = Pattern.compile("\"disconnect\":\\{\"code\":(\\d+)");

    void say(String command) throws Exception;

    /** The next message that is not a server ping; null when the server has ended it. */
    String hear() throws Exception;

    /** The code that it was told at the end; 0 when it was told none. */
    int endCode() throws Exception;

    @Override
    void close() throws IOException;

    default String ask(String command) throws Exception {
        say(command);
        return hear();
    }

    static int code(String message) {
        Matcher told = DISCONNECT.matcher(message);
        return told.find() ? Integer.parseInt(told.group(1)) : 0;
    }
}
