// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** The log records of the network manager, or of another one, while it is open. */
final class Records extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();
    private final Logger logger;

    Records() {
        this("agent.network_manager");
    }

    Records(String name) {
        logger = (Logger) LoggerFactory.getLogger(name);
        start();
        logger.setLevel(Level.INFO); // tests are quieter
        logger.addAppender(this);
    }

    /** The keys and values of the records with that message. */
    List<Map<String, String>> of(String message) {
        return events.stream()
                .filter(event -> event.getMessage().equals(message))
                .map(Records::pairs)
                .toList();
    }

    boolean isEmpty() {
        return events.isEmpty();
    }

    @Override
    protected void append(ILoggingEvent event) {
        events.add(event);
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        logger.setLevel(null);
    }

    private static Map<String, String> pairs(ILoggingEvent event) {
        Map<String, String> pairs = new TreeMap<>();
        event.getKeyValuePairs().forEach(pair -> pairs.put(pair.key, String.valueOf(pair.value)));
        return pairs;
    }
}
