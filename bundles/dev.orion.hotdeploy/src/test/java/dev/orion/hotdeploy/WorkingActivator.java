// SPDX-License-Identifier: Apache-2.0
package dev.orion.hotdeploy;

import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Goes into the jars that tests make. */
public final class WorkingActivator implements BundleActivator {

    @Override
    public void start(BundleContext context) {}

    @Override
    public void stop(BundleContext context) {}
}
