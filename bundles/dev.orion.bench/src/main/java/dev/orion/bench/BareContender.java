// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import io.netty.handler.ssl.SslProvider;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link BareServer} and its like, on the same JVM and with the same memory and collector as Orion.
 */
final class BareContender implements Contender {

    private final String name;
    private final SslProvider tls;
    private final Options options;
    private final Jvm jvm;
    private final BackEnds backEnds;

    BareContender(String name, SslProvider tls, Options options, Jvm jvm, BackEnds backEnds) {
        this.name = name;
        this.tls = tls;
        this.options = options;
        this.jvm = jvm;
        this.backEnds = backEnds;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public ServerProcess start(Loops loops, Wire.Endpoint endpoint) {
        List<String> command = new ArrayList<>();
        command.add(jvm.java());
        command.addAll(jvm.flags());
        if (Runtime.version().feature() >= 24) {
            command.add("--enable-native-access=ALL-UNNAMED");
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(program(loops, endpoint));
        return ServerProcess.start(command, 0, options.work().resolve("bench-bare.log"));
    }

    /** A main class and its arguments. */
    private List<String> program(Loops loops, Wire.Endpoint endpoint) {
        String transport = options.transport().orElse(jvm.transport()).toString();
        String count = loops == Loops.ONE ? "1" : "0";
        return switch (endpoint) {
            case WEB -> List.of(BareServer.class.getName(), transport, count);
            case HTTP1, HTTP2 ->
                    List.of(BareHttpServer.class.getName(), transport, count, endpoint.name());
            case HTTPS -> {
                var certificate = Certificate.in(options.work());
                yield List.of(
                        BareTlsServer.class.getName(),
                        transport,
                        tls.name(),
                        certificate.file().toString(),
                        certificate.key().toString());
            }
            case THROUGH, DATAGRAMS -> {
                int to = backEnds.connections().port();
                yield List.of(BareEdge.class.getName(), transport, count, Integer.toString(to));
            }
            case GRPC -> {
                int to = backEnds.calls().getAsInt();
                yield List.of(BareProxy.class.getName(), transport, count, Integer.toString(to));
            }
            case MQTT, MQTTS -> throw new BenchException("bare does not speak " + endpoint);
        };
    }
}
