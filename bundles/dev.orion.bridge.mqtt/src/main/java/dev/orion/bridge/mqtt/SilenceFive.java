// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import java.util.ResourceBundle;
import org.eclipse.paho.mqttv5.client.logging.Logger;

/** Paho's own log is not kept: what matters of it the bridge says in its own words. */
public final class SilenceFive implements Logger {

    @Override
    public void initialise(ResourceBundle catalog, String logger, String resource) {}

    @Override
    public void setResourceName(String context) {}

    @Override
    public boolean isLoggable(int level) {
        return false;
    }

    @Override
    public void severe(String type, String method, String text) {}

    @Override
    public void severe(String type, String method, String text, Object[] inserts) {}

    @Override
    public void severe(String type, String method, String text, Object[] inserts, Throwable why) {}

    @Override
    public void warning(String type, String method, String text) {}

    @Override
    public void warning(String type, String method, String text, Object[] inserts) {}

    @Override
    public void warning(String type, String method, String text, Object[] inserts, Throwable why) {}

    @Override
    public void info(String type, String method, String text) {}

    @Override
    public void info(String type, String method, String text, Object[] inserts) {}

    @Override
    public void info(String type, String method, String text, Object[] inserts, Throwable why) {}

    @Override
    public void config(String type, String method, String text) {}

    @Override
    public void config(String type, String method, String text, Object[] inserts) {}

    @Override
    public void config(String type, String method, String text, Object[] inserts, Throwable why) {}

    @Override
    public void fine(String type, String method, String text) {}

    @Override
    public void fine(String type, String method, String text, Object[] inserts) {}

    @Override
    public void fine(String type, String method, String text, Object[] inserts, Throwable why) {}

    @Override
    public void finer(String type, String method, String text) {}

    @Override
    public void finer(String type, String method, String text, Object[] inserts) {}

    @Override
    public void finer(String type, String method, String text, Object[] inserts, Throwable why) {}

    @Override
    public void finest(String type, String method, String text) {}

    @Override
    public void finest(String type, String method, String text, Object[] inserts) {}

    @Override
    public void finest(String type, String method, String text, Object[] inserts, Throwable why) {}

    @Override
    public void log(
            int level, String type, String method, String text, Object[] inserts, Throwable why) {}

    @Override
    public void trace(
            int level, String type, String method, String text, Object[] inserts, Throwable why) {}

    @Override
    public String formatMessage(String text, Object[] inserts) {
        return text;
    }

    @Override
    public void dumpTrace() {}
}
