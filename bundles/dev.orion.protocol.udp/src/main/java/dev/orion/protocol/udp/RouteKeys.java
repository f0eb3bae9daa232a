// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.udp;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The keys of routes that are for UDP, beside those that all routes have. */
@ObjectClassDefinition(name = "Route for UDP", factoryPid = RouteKeys.PID)
@interface RouteKeys {

    String PID = "dev.orion.route";
    String IDLE_TIMEOUT = "60s";
    int MAX_FLOWS = 1024;

    @AttributeDefinition(
            description =
                    "A connection or flow on which nothing passes for so long is closed, as 10m.")
    String idleTimeout() default IDLE_TIMEOUT;

    @AttributeDefinition(
            min = "1",
            max = "65535",
            description = "Peers whose datagrams are passed through at once; others are refused.")
    int maxFlows() default MAX_FLOWS;

    @AttributeDefinition(
            min = "0",
            max = "65535",
            description = "Of these, how many one address has at most; 0: a quarter of maxFlows.")
    int maxFlowsPerAddress() default 0;

    @AttributeDefinition(
            description = "Of a device's messages, as text/csv; empty: JSON where it is JSON.")
    String contentType() default "";

    @AttributeDefinition(description = "Who the device is to the channels' rules.")
    String user() default "";
}
