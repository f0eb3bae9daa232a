// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/** Names the shell command that a component is, as Gogo wants it. */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
@interface Command {

    String PREFIX_ = "osgi.command.";

    String scope() default ShellCommand.SCOPE;

    /** What is typed to run it. */
    String function();
}
