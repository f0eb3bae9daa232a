// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {

    @Test
    void writesEveryKindOfValueOnOneLine() {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("text", "a\nb");
        value.put("number", 9_007_199_254_740_993L);
        value.put("flag", true);
        value.put("time", Instant.EPOCH);
        value.put("constant", Thread.State.TIMED_WAITING);
        value.put("list", Arrays.asList(1, null, List.of()));
        value.put("json", new Json.RawJson("{\"a\": [1]}"));

        assertThat(Json.text(value))
                .isEqualTo(
                        "{\"text\":\"a\\nb\",\"number\":9007199254740993,\"flag\":true,"
                                + "\"time\":\"1970-01-01T00:00:00Z\","
                                + "\"constant\":\"timed-waiting\",\"list\":[1,null,[]],"
                                + "\"json\":{\"a\": [1]}}");
    }
}
