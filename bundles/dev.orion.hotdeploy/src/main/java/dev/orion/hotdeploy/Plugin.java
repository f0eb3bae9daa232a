// SPDX-License-Identifier: Apache-2.0
package dev.orion.hotdeploy;

import dev.orion.deploy.DeployInfo;
import dev.orion.deploy.DeployInfo.State;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One file of the folder and what became of it.
 *
 * <p><b>Threads:</b> the deploy thread.
 */
final class Plugin {

    private static final Logger log = LoggerFactory.getLogger("dev.orion.hotdeploy");

    final String file;

    /** What runs of it, or would if it could. */
    Optional<Bundle> bundle = Optional.empty();

    /** It has changed since it was last looked at. */
    boolean isDue;

    /** It may work once other jars have come or gone. */
    boolean mayRetry;

    /** Its bundle has been updated and is to start again. */
    boolean isReplaced;

    /** It waits for connections to leave, or for the framework. */
    boolean isBusy;

    /** Size and time of a file that is no jar yet, and when it was first seen like that. */
    String unfinished = "";

    long unfinishedSince;

    private DeployInfo info;
    private String news = "";
    private Level level = Level.INFO;
    private DeployInfo announced;

    Plugin(String file) {
        this.file = file;
        this.info = new DeployInfo(file, "", "", State.NEW, "");
        this.announced = info;
    }

    DeployInfo info() {
        return info;
    }

    /** Notes what became of the file; it is logged when the round of work is over. */
    void tell(Level itsLevel, String message, DeployInfo next) {
        level = itsLevel;
        news = message;
        info = next;
    }

    /** Takes up what is already known from before, as nothing new. */
    void adopt(Bundle known, DeployInfo itsInfo) {
        bundle = Optional.of(known);
        info = itsInfo;
        announced = itsInfo;
    }

    /** The file has changed, so trouble that it had before is news again. */
    void changed() {
        isDue = true;
        announced = new DeployInfo(file, "", "", State.NEW, "");
    }

    /** Logs what has become of the file, but the same trouble only once. */
    void announce() {
        boolean isKnownTrouble = level == Level.WARN && info.equals(announced);
        if (!news.isEmpty() && !isKnownTrouble) {
            LoggingEventBuilder line = log.atLevel(level).addKeyValue("file", file);
            if (!info.bundle().isEmpty()) {
                line =
                        line.addKeyValue("bundle", info.bundle())
                                .addKeyValue("version", info.version());
            }
            if (!info.detail().isEmpty()) {
                line = line.addKeyValue("detail", info.detail());
            }
            line.log(news);
        }
        announced = info;
        news = "";
    }
}
