package blenderer.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NodeSettingsTest {
  @Test
  void defaults_are_what_the_documentation_says() {
    assertThat(NodeSettings.defaults())
        .hasToString(
            "NodeSettings[idleSession=PT5M, longestPause=PT1.5S, leaving=PT2S, stopping=PT2S,"
                + " firstReach=PT20S, housekeeping=PT1S, logBytes=4194304,"
                + " outboxBytes=2147483648, downloads=4, firstPark=PT0S,"
                + " retest=PT1M, longestRetest=PT30M, clockOffset=PT0S]");
  }
}
