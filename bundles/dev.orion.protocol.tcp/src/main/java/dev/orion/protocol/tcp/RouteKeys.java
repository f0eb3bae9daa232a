// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.tcp;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** The keys of routes that are for TCP, beside those that all routes have. */
@ObjectClassDefinition(name = "Route for TCP", factoryPid = RouteKeys.PID)
@interface RouteKeys {

    String PID = "dev.orion.route";
    String LINE = "line";
    String LENGTH_PREFIX = "length-prefix";
    String DELIMITER = "delimiter";
    String RAW = "raw";
    int LENGTH_BYTES = 2;
    int MAX_FRAME_BYTES = 65_536;

    @AttributeDefinition(
            description =
                    "A connection or flow on which nothing passes for so long is closed, as 10m.")
    String idleTimeout() default "0s";

    @AttributeDefinition(
            description = "How a device marks where a message ends.",
            options = {
                @Option(label = LINE, value = LINE),
                @Option(label = LENGTH_PREFIX, value = LENGTH_PREFIX),
                @Option(label = DELIMITER, value = DELIMITER),
                @Option(label = RAW, value = RAW)
            })
    String framing() default LINE;

    @AttributeDefinition(
            min = "1",
            max = "4",
            description = "How many bytes a length has: 1, 2 or 4, the most significant first.")
    int lengthBytes() default LENGTH_BYTES;

    @AttributeDefinition(description = "Whether a length counts itself, too.")
    boolean lengthCountsItself() default false;

    @AttributeDefinition(description = "What is behind each message; UTF-8.")
    String delimiter() default "";

    @AttributeDefinition(
            min = "1",
            max = "16777216",
            description = "The longest message of a device, without what marks it.")
    int maxFrameBytes() default MAX_FRAME_BYTES;

    @AttributeDefinition(
            description = "Of a device's messages, as text/csv; empty: JSON where it is JSON.")
    String contentType() default "";

    @AttributeDefinition(description = "The channel whose messages go to the device: channel:NAME.")
    String back() default "";

    @AttributeDefinition(description = "Who the device is to the channels' rules.")
    String user() default "";
}
