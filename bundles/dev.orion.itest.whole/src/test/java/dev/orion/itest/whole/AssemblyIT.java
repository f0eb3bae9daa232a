// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest.whole;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.inject.Inject;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** The bundles of the product fit together. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class AssemblyIT {

    @Inject private BundleContext context;

    private Product product;

    @Configuration
    public Option[] assembly() throws Exception {
        return Assembly.options(Configurations.DEFAULT);
    }

    @Before
    public void configure() throws Exception {
        product = Product.of(context);
    }

    @Test
    public void everyBundleIsResolved() {
        Bundle framework = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION);
        framework.adapt(FrameworkWiring.class).resolveBundles(null);
        for (Bundle bundle : context.getBundles()) {
            assertThat(bundle.getState())
                    .as(bundle.getSymbolicName())
                    .isIn(Bundle.RESOLVED, Bundle.STARTING, Bundle.ACTIVE);
        }
    }

    @Test
    public void everyBundleOfOursIsActive() {
        assertThat(product.bundles()).hasSizeGreaterThan(10);
        for (Bundle bundle : product.bundles()) {
            assertThat(bundle.getState()).as(bundle.getSymbolicName()).isEqualTo(Bundle.ACTIVE);
        }
    }

    @Test
    public void everyComponentHasWhatItNeeds() {
        var runtime = product.service(ServiceComponentRuntime.class);
        var lacking = new ArrayList<String>();
        for (ComponentDescriptionDTO component : runtime.getComponentDescriptionDTOs()) {
            var made = runtime.getComponentConfigurationDTOs(component);
            boolean mayBeAbsent = component.configurationPolicy.equals("require");
            if (made.isEmpty() && !mayBeAbsent) {
                lacking.add(component.name);
            }
            made.stream().filter(AssemblyIT::lacks).forEach(each -> lacking.add(text(each)));
        }

        assertThat(lacking).isEmpty();
    }

    @Test
    public void configuredComponentsAreActive() {
        var runtime = product.service(ServiceComponentRuntime.class);
        Bundle network = product.bundle("dev.orion.manager.network");
        ComponentDescriptionDTO listener =
                runtime.getComponentDescriptionDTO(
                        network, "dev.orion.manager.network.ListenerComponent");

        assertThat(runtime.getComponentConfigurationDTOs(listener))
                .hasSize(3)
                .allMatch(made -> made.state == ComponentConfigurationDTO.ACTIVE);
    }

    @Test
    public void protocolsAreCapabilities() {
        List<Object> spoken =
                Arrays.stream(context.getBundles())
                        .flatMap(bundle -> capabilities(bundle).stream())
                        .toList();

        assertThat(spoken).contains("http", "mqtt", "tcp");
    }

    private static List<Object> capabilities(Bundle bundle) {
        return bundle
                .adapt(BundleRevision.class)
                .getDeclaredCapabilities("dev.orion.protocol")
                .stream()
                .map(capability -> capability.getAttributes().get("dev.orion.protocol"))
                .toList();
    }

    @Test
    public void theProductIsWhatTheDescriptorNames() {
        assertThat(product.bundles())
                .allMatch(bundle -> bundle.getHeaders().get(Constants.BUNDLE_VENDOR) != null);
    }

    private static boolean lacks(ComponentConfigurationDTO made) {
        return made.state != ComponentConfigurationDTO.ACTIVE
                && made.state != ComponentConfigurationDTO.SATISFIED;
    }

    private static String text(ComponentConfigurationDTO made) {
        String missing =
                Arrays.stream(made.unsatisfiedReferences)
                        .map(reference -> reference.name + " " + reference.target)
                        .toList()
                        .toString();
        return made.description.name
                + ": state "
                + made.state
                + ", lacks "
                + missing
                + made.failure;
    }
}
