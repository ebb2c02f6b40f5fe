// Small animations of a third place; Declare=Shot=N chooses one. RealPictures names them.
#version 3.7;
global_settings { assumed_gamma 1.0 }
#ifndef (Shot) #declare Shot = 0; #end
#declare T = clock;
#declare Dice = seed(91 + int(T * 997));
#declare Level = 1;
#declare Eye = <0, 1.6, -7>;
#declare Aim = <0, 1.2, 0>;
#declare Angle = 48;
#declare Sun = <10, 12, -8>;
#declare SunColour = <1, 0.95, 0.85>;
#declare Sky = <0.35, 0.55, 0.9>;
#declare Haze = 0;
#declare World = 1;
#switch (Shot)
  #case (0) #declare Eye = Eye + <-4 + 8 * T, 0, 0>; #declare Aim = Aim + <-4 + 8 * T, 0, 0>; #break // a pan
  #case (1) #declare Angle = 20 + 60 * T * T; #break                                                 // a zoom
  #case (2) #declare Eye = <7 * sin(int(T * 5.9) * 2.4), 1 + mod(int(T * 5.9), 3), -7 * cos(int(T * 5.9) * 2.4)>; #break // a cut every few frames
  #case (3) #declare Level = (int(T * 23 + 0.5) = 9 | int(T * 23 + 0.5) = 16 | int(T * 23 + 0.5) = 17 ? 2.6 : 1); #declare Eye = Eye + <T, 0, 0>; #break // flashes
  #case (4) #declare Level = 0.15 + 0.85 * abs(sin(T * 23 * 2.1)); #break                            // a strobe
  #case (5) #declare Haze = 0.1 + 3 * (1 + cos(2 * pi * T)); #break                                  // out of the fog and into it
  #case (6) #declare Sun = vrotate(<14, 0, -6>, z * (5 + 170 * T)); #declare SunColour = <1, 0.5 + 0.5 * sin(pi * T), 0.3 + 0.6 * sin(pi * T)>;
            #declare Level = 0.05 + sin(pi * T); #declare Sky = <0.9 - 0.55 * sin(pi * T), 0.45, 0.3 + 0.6 * sin(pi * T)> * Level; #break // from dawn to dusk
  #case (7) #declare World = 0; #break                                                               // nothing, then a title flies in
  #case (8) #declare World = 0; #break                                                               // a wire frame turns
  #case (9) #declare World = 0; #break                                                               // credits
  #case (10) #declare Level = pow(max(0, 1 - 1.25 * T), 2); #break                                   // to black with an ease
  #case (11) #declare Level = min(1, 3 * T); #break                                                  // out of black
  #case (12) #declare Level = 0.006; #break                                                          // a torch in the dark
  #case (13) #declare Eye = vrotate(Eye, y * T * 900); #break                                        // an orbit of whole turns
  #case (14) #declare World = 0; #break                                                              // sparks over nothing
  #case (15) #declare Eye = Eye + 0.25 * <sin(T * 60), sin(T * 83), 0>; #break                       // a ride on a rough road
  #case (16) #declare Level = 0; #declare Sky = 0; #break                                            // headlights pass by
#end
#if (World)
  camera { location Eye look_at Aim right x * 16 / 9 angle Angle }
  light_source { Sun rgb SunColour * Level }
  light_source { <-5, 7, -9> rgb 0.25 * Level }
  sky_sphere { pigment { gradient y color_map { [0 rgb Sky * Level] [0.5 rgb Sky * Level * 0.6] } } }
  #if (Haze > 0) fog { distance 12 / Haze rgb <0.7, 0.72, 0.75> } #end
  plane { y, 0 pigment { brick rgb 0.35, rgb <0.55, 0.35, 0.25> scale 0.12 } finish { ambient 0 } }
  #local I = -4;
  #while (I < 5)
    union { cylinder { 0, <0, 1.4, 0>, 0.15 pigment { rgb <0.35, 0.22, 0.1> } } sphere { <0, 1.9, 0>, 0.8 pigment { rgb <0.15, 0.45, 0.12> } } finish { ambient 0 } translate <2.2 * I, 0, 2 + mod(I * I, 3)> }
    #local I = I + 1;
  #end
  superellipsoid { <0.3, 0.3> rotate y * 40 translate <-1.2, 1, 0> pigment { rgb <0.75, 0.75, 0.8> } finish { ambient 0 reflection 0.3 } }
  sphere { <1.3, 0.7, -1>, 0.7 pigment { rgb <0.8, 0.2, 0.1> } finish { ambient 0 phong 0.8 } }
#else
  camera { orthographic location <0, 0, -5> look_at 0 right 16 * x / 4 up 9 * y / 4 }
#end
#if (Shot = 7)
  #if (T > 0.2) text { ttf "crystal.ttf" "TITLE" 0.2, 0 scale 1 translate <-6 + 5 * min(1, (T - 0.2) * 1.8), -0.3, 0> pigment { rgb <0.2, 0.6, 1> } finish { ambient 0 emission 0.9 } } #end
#end
#if (Shot = 8)
  #local I = 0;
  #while (I < 12)
    torus { 0.85, 0.012 rotate x * 15 * I rotate <120 * T, 90 * T, 0> pigment { rgb 1 } finish { ambient 0 emission 1 } }
    #local I = I + 1;
  #end
#end
#if (Shot = 9)
  background { rgb 0 }
  #local I = 0;
  #while (I < 16)
    text { ttf "cyrvetic.ttf" concat("Part ", str(I, 0, 0), "  played by") 0.1, 0 scale 0.22 translate <-1 + 0.2 * mod(I, 3), -1.4 - 0.55 * I + 8 * T, 0> pigment { rgb 1 } finish { ambient 0 emission 0.95 } }
    #local I = I + 1;
  #end
#end
#if (Shot = 12) light_source { Eye rgb 1.2 spotlight point_at <4 * sin(T * 5), 1, 0> radius 8 falloff 12 } #end
#if (Shot = 14)
  #local I = 0;
  #while (I < 40)
    sphere { <rand(Dice) * 4 - 2, rand(Dice) * 2.2 - 1.1, 0>, 0.03 + 0.05 * rand(Dice) pigment { rgb <1, 0.7, 0.2> } finish { ambient 0 emission 1 } }
    #local I = I + 1;
  #end
#end
#if (Shot = 16)
  light_source { <-9 + 18 * T, 1, -4> rgb 2 spotlight point_at <-6 + 18 * T, 0.6, 0> radius 15 falloff 25 }
#end
