// More small animations, of another place; Declare=Shot=N chooses one. RealPictures names them.
#version 3.7;
global_settings { assumed_gamma 1.0 }
#ifndef (Shot) #declare Shot = 0; #end
#declare T = clock;
#declare Dice = seed(7 + int(T * 1000));
#declare Level = 1;
#declare Eye = <5, 3, -5>;
#declare Aim = <0, 0.8, 0>;
#declare Turn = 0;
#declare Sky = <0.5, 0.6, 0.75>;
#declare Haze = 0;
#switch (Shot)
  #case (0) #declare Turn = 360 * T; #break                                        // an orbit
  #case (2) #declare Level = (mod(int(T * 23.5), 2) = 0 ? 1 : 0.25); #break        // a strobe
  #case (4) #declare Haze = 0.02 + 6 * T * T; #break                               // fog that thickens
  #case (5) #declare Level = 0.02 + pow(abs(sin(pi * T)), 2); #declare Sky = <0.5 + 0.4 * cos(2 * pi * T), 0.45, 0.75 * Level>; #break // a day
  #case (8) #declare Eye = Eye + <rand(Dice) - 0.5, rand(Dice) - 0.5, 0> * 0.5; #declare Aim = Aim + <rand(Dice) - 0.5, rand(Dice) - 0.5, 0> * 0.35; #break // shaken by hand
  #case (9) #declare Level = (rand(Dice) < 0.14 ? 2.2 : 0.08); #break              // lightning
#end
#if (Shot = 1 | Shot = 3 | Shot = 6 | Shot = 7)
  camera { orthographic location <0, 0, -5> look_at 0 right 16 * x / 4 up 9 * y / 4 }
#else
  camera { location vrotate(Eye, y * Turn) look_at Aim right x * 16 / 9 angle 50 }
  light_source { <8, 9, -4> rgb 1.1 * Level }
  light_source { <-8, 4, -6> rgb <0.2, 0.25, 0.35> * Level }
  sky_sphere { pigment { gradient y color_map { [0 rgb Level * Sky] [0.6 rgb Level * Sky * 0.5] } } }
  #if (Haze > 0.03) fog { distance 8 / Haze rgb <0.75, 0.77, 0.8> } #end
  plane { y, 0 pigment { bozo scale 0.8 color_map { [0 rgb <0.3, 0.4, 0.2>] [1 rgb <0.5, 0.45, 0.3>] } } finish { ambient 0 } }
  torus { 1, 0.35 rotate x * 70 translate <0, 1.2, 0> pigment { rgb <0.7, 0.15, 0.25> } finish { ambient 0 phong 0.5 } }
  cone { <2.5, 0, 1>, 0.8, <2.5, 2.2, 1>, 0 pigment { rgb <0.9, 0.8, 0.2> } finish { ambient 0 } }
  box { <-3, 0, -0.5>, <-2, 1, 0.5> pigment { checker rgb 0.9 rgb <0.1, 0.3, 0.6> scale 0.4 } finish { ambient 0 } }
#end
#if (Shot = 1) // letters come one by one, over black
  #declare Words = "RENDERED";
  #local I = 1;
  #while (I <= min(8, int(T * 14)))
    text { ttf "cyrvetic.ttf" substr(Words, I, 1) 0.1, 0 scale 0.7 translate <-1.8 + 0.45 * (I - 1), -0.2, 0> pigment { rgb <1, 0.9, 0.7> } finish { ambient 0 emission 0.9 } }
    #local I = I + 1;
  #end
#end
#if (Shot = 3) // thin lines that turn, over black
  #local I = 0;
  #while (I < 9)
    cylinder { <-1.2, -0.9 + 0.22 * I, 0>, <1.2, -0.9 + 0.22 * I, 0>, 0.012 rotate <70 * T, 20 * I + 200 * T, 15> pigment { rgb <0.3, 1, 0.4> } finish { ambient 0 emission 1 } }
    #local I = I + 1;
  #end
#end
#if (Shot = 6) // names that scroll, over nothing
  #local I = 0;
  #while (I < 14)
    text { ttf "timrom.ttf" concat("Name of somebody ", str(I, 0, 0)) 0.1, 0 scale 0.25 translate <-1.3, -1.6 - 0.4 * I + 6 * T, 0> pigment { rgb 1 } finish { ambient 0 emission 0.85 } }
    #local I = I + 1;
  #end
#end
#if (Shot = 7) // a disc of light that closes and opens
  disc { 0, z, 2.6 * abs(2 * T - 1) pigment { bozo scale 0.5 color_map { [0 rgb <0.9, 0.5, 0.2>] [1 rgb <0.2, 0.4, 0.7>] } } finish { ambient 0 emission 0.9 } }
#end
#if (Shot = 10) // snow
  #local I = 0; #local Flake = seed(3);
  #while (I < 120)
    sphere { <rand(Flake) * 8 - 4, mod(rand(Flake) * 5 + 5 - 4 * T * (0.6 + rand(Flake)), 5), rand(Flake) * 5 - 4>, 0.05 pigment { rgb 1 } finish { ambient 0 emission 0.7 } }
    #local I = I + 1;
  #end
#end
