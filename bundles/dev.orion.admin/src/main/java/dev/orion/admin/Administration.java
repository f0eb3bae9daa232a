// SPDX-License-Identifier: Apache-2.0
package dev.orion.admin;

import dev.orion.access.ServerKeys;
import dev.orion.http.HttpService;
import dev.orion.net.NetworkManager;
import dev.orion.realtime.RealtimeManager;
import dev.orion.route.RouteManager;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Puts {@code /admin/*} on the listeners that serve the area {@code admin}.
 *
 * <p>By hand and not as a component's service: the network manager, which this one refers to,
 * refers by way of protocols to every HTTP service, and an object that is there already does not
 * make a circle of activations.
 */
@Component(
        immediate = true,
        service = {})
public final class Administration {

    private static final int MAX_WAITING = 64;
    private static final long KEEP_THREAD_SECONDS = 10;

    private final ExecutorService worker;
    private final ServiceRegistration<HttpService> registration;

    @Activate
    public Administration(
            BundleContext context,
            @Reference ServerKeys keys,
            @Reference NetworkManager network,
            @Reference RealtimeManager realtime,
            @Reference RouteManager routes) {
        this.worker = worker();
        this.registration =
                context.registerService(
                        HttpService.class,
                        new AdminService(keys, new Inventory(network, realtime, routes), worker),
                        FrameworkUtil.asDictionary(properties()));
    }

    @Deactivate
    void close() {
        registration.unregister();
        worker.shutdown(); // what was asked is answered
    }

    static Map<String, Object> properties() {
        return Map.of(
                "http.path",
                "/admin/*",
                "http.methods",
                "GET",
                "http.area",
                "admin",
                "http.compressed",
                true);
    }

    /** One thread, which goes when there is nothing to do; what comes beyond is refused. */
    static ExecutorService worker() {
        var one =
                new ThreadPoolExecutor(
                        1,
                        1,
                        KEEP_THREAD_SECONDS,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(MAX_WAITING),
                        Administration::thread);
        one.allowCoreThreadTimeOut(true);
        return one;
    }

    private static Thread thread(Runnable task) {
        var thread = new Thread(task, "orion-admin");
        thread.setDaemon(true);
        return thread;
    }
}
