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
        boolean isEdge = endpoint == Wire.Endpoint.THROUGH || endpoint == Wire.Endpoint.DATAGRAMS;
        boolean isProxy = endpoint == Wire.Endpoint.GRPC;
        boolean isWeb = endpoint == Wire.Endpoint.WEB || endpoint == Wire.Endpoint.HTTPS;
        if (!isEdge && !isProxy && !isWeb) {
            throw new BenchException("bare does not speak " + endpoint);
        }
        List<String> command = new ArrayList<>();
        command.add(jvm.java());
        command.addAll(jvm.flags());
        if (Runtime.version().feature() >= 24) {
            command.add("--enable-native-access=ALL-UNNAMED");
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        String transport = options.transport().orElse(jvm.transport()).toString();
        if (endpoint == Wire.Endpoint.HTTPS) {
            var certificate = Certificate.in(options.work());
            command.addAll(List.of(BareTlsServer.class.getName(), transport, tls.name()));
            command.addAll(List.of(certificate.file().toString(), certificate.key().toString()));
        } else {
            Class<?> plain = isEdge ? BareEdge.class : BareServer.class;
            Class<?> server = isProxy ? BareProxy.class : plain;
            command.addAll(List.of(server.getName(), transport));
            command.add(loops == Loops.ONE ? "1" : "0");
        }
        if (isEdge) {
            command.add(Integer.toString(backEnds.connections().port()));
        }
        if (isProxy) {
            command.add(Integer.toString(backEnds.calls().getAsInt()));
        }
        return ServerProcess.start(command, 0, options.work().resolve("bench-bare.log"));
    }
}
