package blenderer.core;

import static org.assertj.core.api.Assertions.assertThat;

import blenderer.core.RealPictures.Place;
import blenderer.testkit.TestBlender;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hundreds of faults in sequences that real renderers made: all must be caught, by the check of the
 * file or by the judgement of the picture, and hardly any good frame may be blamed. Every build
 * takes the shots of one place; under {@code soak} all by which the thresholds were chosen are, and
 * apart from them others that had no part in it.
 */
class PlantedFaultsTest {

  private static final int FRAMES = Integer.getInteger("looks.frames", 24);

  @TempDir Path folder = Path.of("");

  @Test
  @Tag("slow")
  void two_hundred_faults_in_the_shots_of_one_place_are_caught() throws Exception {
    RealPictures real = new RealPictures(folder);
    FaultPlanter planter = new FaultPlanter(folder);
    List<BufferedImage> pan = real.shot(Place.AVENUE, "pan", FRAMES);
    Map<String, List<BufferedImage>> yard = real.shots(Place.YARD, FRAMES);
    yard.forEach((shot, frames) -> planter.add(shot, frames, pan));
    planter.add("pan", pan, yard.getOrDefault("cuts", List.of()));
    planter.assertFaultsAreCaught(200, 0);
    planter.assertGoodFramesArePassed();
  }

  @Test
  @Tag("soak")
  void six_hundred_faults_in_the_shots_that_chose_the_thresholds_are_caught() throws Exception {
    RealPictures real = new RealPictures(folder);
    FaultPlanter planter = new FaultPlanter(folder);
    List<BufferedImage> demo = real.demo(TestBlender.first(), FRAMES);
    List<BufferedImage> cuts = real.shot(Place.YARD, "cuts", FRAMES);
    for (Place place : List.of(Place.YARD, Place.TABLE, Place.AVENUE)) {
      real.shots(place, FRAMES)
          .forEach((shot, frames) -> planter.add(place + ": " + shot, frames, demo));
    }
    for (TestBlender blender : TestBlender.each().toList()) {
      String name = "demo scene, " + blender;
      planter.add(name, real.demo(blender, FRAMES), cuts);
      planter.addBare(name, real.pink(blender, 2));
    }
    planter.assertFaultsAreCaught(600, 0);
    planter.assertGoodFramesArePassed();
    assertThat(planter.plantEverywhere()).allMatch(share -> share <= 0.01);
  }

  @Test
  @Tag("soak")
  void nearly_all_of_six_hundred_faults_in_shots_that_chose_nothing_are_caught() throws Exception {
    RealPictures real = new RealPictures(folder);
    FaultPlanter planter = new FaultPlanter(folder);
    Map<String, List<BufferedImage>> harbour = real.shots(Place.HARBOUR, FRAMES);
    Map<String, List<BufferedImage>> titles = real.titles(FRAMES);
    // One lacks its own pictures; of the others Cycles shows nothing at all.
    titles.keySet().removeAll(List.of("picture_frames_4", "dissolve", "lens_flare"));
    List<BufferedImage> earth = titles.getOrDefault("earth", List.of());
    List<BufferedImage> crane = harbour.getOrDefault("crane", List.of());
    harbour.forEach((shot, frames) -> planter.add("harbour: " + shot, frames, earth));
    titles.forEach((title, frames) -> planter.add("title: " + title, frames, crane));
    planter.assertFaultsAreCaught(600, 3);
    planter.assertGoodFramesArePassed();
    assertThat(planter.plantEverywhere()).allMatch(share -> share <= 0.01);
  }
}
