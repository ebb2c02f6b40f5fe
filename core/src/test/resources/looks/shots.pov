// Small animations with what makes a comparison of neighbours hard; Declare=Shot=N chooses one.
#version 3.7;
global_settings { assumed_gamma 1.0 }
#ifndef (Shot) #declare Shot = 0; #end
#declare Level = 1;
#declare Eye = <0, 2, -6>;
#declare Aim = <0, 1, 0>;
#declare Ball = <0, 1, 0>;
#switch (Shot)
  #case (0) #declare Eye = <-3 + 6 * clock, 2, -6>; #break                      // a steady move
  #case (1) #declare Ball = <2.5 * sin(clock * 60), 1, 0>; #break               // faster than it can be followed
  #case (2) #declare Level = max(0, abs(2 * clock - 1) * 1.4 - 0.4); #break     // to black and back
  #case (3) #declare Level = 0.015; #declare Ball = <sin(clock * 6), 1, 0>; #break // hardly any light
  #case (4) #declare Eye = (clock < 0.35 ? <-3, 2, -6> : (clock < 0.7 ? <4, 5, 4> : <0, 0.6, -3>)); #break // cuts
  #case (5) #declare Ball = <-4 + 8 * clock, 1, 0>; #break                      // comes into view and leaves
  #case (6) #declare Level = 0.6 + 0.4 * sin(clock * 97) * sin(clock * 41); #break // flickers
  #case (7) #declare Aim = <(clock < 0.5 ? -3 : (clock > 0.6 ? 3 : -3 + 60 * (clock - 0.5))), 1, 0>; #break // whip pan
#end
camera { location Eye look_at Aim right x * 16 / 9 angle 55 }
light_source { <-6, 8, -6> rgb Level }
light_source { <5, 6, -2> rgb 0.4 * Level }
#if (Shot != 5)
  plane { y, 0 pigment { checker rgb <0.8, 0.75, 0.6> rgb <0.25, 0.3, 0.2> } finish { ambient 0 } }
  sky_sphere { pigment { gradient y color_map { [0 rgb Level * <0.8, 0.85, 0.9>] [1 rgb Level * <0.2, 0.4, 0.8>] } } }
  cylinder { <2, 0, 2>, <2, 3, 2>, 0.5 pigment { rgb <0.2, 0.3, 0.7> } finish { ambient 0 } }
  box { <-3, 0, 1>, <-2, 1.6, 2> pigment { rgb <0.7, 0.2, 0.15> } finish { ambient 0 } }
#end
sphere { Ball, 1 pigment { rgb <0.85, 0.55, 0.1> } finish { ambient 0 phong 0.6 } }
