// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.json.JsonFactory;

/** The reading without a parser must never say anything else than the parser does. */
class PlainPublishTest {

    private static final String[] SEEDS = {
        "{\"id\":1,\"publish\":{\"channel\":\"chat/a\",\"data\":{\"a\":[1,-2.5e+3,true,null]}}}",
        "{\"publish\":{\"channel\":\"b\",\"data\":\"te\\u00e9xt\\n\"},\"id\":23}",
        "{\"id\":999999999,\"publish\":{\"channel\":\"c\",\"data\":[ { } , [ ] , 0.5, false ]}}",
        "{\"id\":7,\"publish\":{\"channel\":\"d"
                + " e\",\"data\":{\"x\":{\"y\":\"\\\\\\\"\"},\"z\":\"ü\"}}}",
        "{\"id\":7,\"publish\":{\"channel\":\"d\",\"data\":-0}}",
    };
    private static final byte[] SPICE =
            "{}[]\",:\\u0eE+-. \t\rtfn1/abchanelpublsd\u0000\u001f\u007f".getBytes(UTF_8);

    private final CommandReader quick = new CommandReader(new JsonFactory());
    private final CommandReader parser = new CommandReader(new JsonFactory());
    private final PlainPublish plain = new PlainPublish(new KnownChannels());

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void knowsWhatClientLibrariesWrite(int seed) {
        byte[] line = SEEDS[seed].getBytes(UTF_8);
        assertTrue(plain.read(line, 0, line.length, new Command()), SEEDS[seed]);
        assertSame(line, line.length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":0,\"publish\":{\"channel\":\"a\",\"data\":1}}",
                "{\"id\":01,\"publish\":{\"channel\":\"a\",\"data\":1}}",
                "{\"id\":4294967296,\"publish\":{\"channel\":\"a\",\"data\":1}}",
                "{\"id\":1,\"publish\":{\"channel\":\"\",\"data\":1}}",
                "{\"id\":1,\"publish\":{\"channel\":\"ü\",\"data\":1}}",
                "{\"id\":1,\"publish\":{\"channel\":\"a\",\"data\":01}}",
                "{\"id\":1,\"publish\":{\"channel\":\"a\",\"data\":1,}}",
                "{\"id\":1,\"publish\":{\"channel\":\"a\",\"data\":1}}}",
                "{\"id\":1,\"publish\":{\"channel\":\"a\",\"data\": 1}}",
                "{\"id\":1,\"publish\":{\"channel\":\"a\",\"data\":}}",
                "{\"id\":1,\"publish\":{\"channel\":\"a\",\"data\":[1,]}}",
                "{\"id\":1,\"publish\":{\"channel\":\"a\",\"data\":{\"a\"}}}",
                "{\"id\":1,\"publish\":{\"channel\":\"a\",\"data\":[1}}",
                "{\"id\":1,\"publish\":{\"channel\":\"a\",\"data\":1},\"rpc\":{}}",
                "{\"publish\":{\"channel\":\"a\",\"data\":1}}",
            })
    void leavesTheRestToTheParser(String command) {
        byte[] line = command.getBytes(UTF_8);
        assertFalse(plain.read(line, 0, line.length, new Command()));
        assertSame(line, line.length);
    }

    @Test
    void leavesDeepDataToTheParser() {
        String deep = "[".repeat(61) + "]".repeat(61);
        byte[] line =
                ("{\"id\":1,\"publish\":{\"channel\":\"a\",\"data\":" + deep + "}}")
                        .getBytes(UTF_8);
        assertFalse(plain.read(line, 0, line.length, new Command()));
        assertSame(line, line.length);
    }

    @Test
    void saysWhatTheParserSaysOfDamagedCommands() {
        var random = new Random(20261122);
        for (int i = 0; i < 30_000; i++) {
            byte[] line = SEEDS[random.nextInt(SEEDS.length)].getBytes(UTF_8);
            int length = line.length;
            for (int damages = random.nextInt(3); damages >= 0; damages--) {
                int at = random.nextInt(length);
                switch (random.nextInt(4)) {
                    case 0 -> length = Math.max(1, at); // cut off
                    case 1 ->
                            System.arraycopy(
                                    line, Math.min(at + 1, length - 1), line, at, length - 1 - at);
                    default -> line[at] = SPICE[random.nextInt(SPICE.length)];
                }
            }
            if (Utf8.isValid(line, 0, length)) { // nothing else gets here
                assertSame(line, length);
            }
        }
    }

    private void assertSame(byte[] line, int length) {
        Command one = quick.read(line.clone(), 0, length);
        Command other = parser.parse(line.clone(), 0, length);
        String text = new String(line, 0, length, UTF_8);
        assertEquals(other.kind, one.kind, text);
        if (one.kind != Command.Kind.MALFORMED) {
            assertEquals(other.id, one.id, text);
            assertEquals(other.channel, one.channel, text);
            assertEquals(
                    new String(
                            Arrays.copyOfRange(other.bytes, other.dataFrom, other.dataTo), UTF_8),
                    new String(Arrays.copyOfRange(one.bytes, one.dataFrom, one.dataTo), UTF_8),
                    text);
        }
    }
}
