// Small animations of a fourth place, by which the thresholds were not chosen; Declare=Shot=N chooses
// one. RealPictures names them.
#version 3.7;
global_settings { assumed_gamma 1.0 }
#ifndef (Shot) #declare Shot = 0; #end
#declare T = clock;
#declare N = int(T * 23 + 0.5);
#declare Dice = seed(411 + 7 * N);
#declare Level = 1;
#declare Eye = <1, 2.2, -8>;
#declare Aim = <0, 1.4, 0>;
#declare Angle = 52;
#declare Roll = 0;
#declare Haze = 0;
#declare White = 0;
#declare World = 1;
#declare Boat = <-1.5, 0.2, -1>;
#declare Lamps = 99;
#switch (Shot)
  #case (0) #declare Eye = Eye + <0, 0, 5 * T>; #break                                       // a dolly in
  #case (1) #declare Eye = Eye + <3 * T, 5 * T * T, 0>; #break                               // a crane up
  #case (2) #declare Roll = 9 * sin(T * 21); #declare Boat = Boat + <0, 0.3 * sin(T * 17), 0>; #break // a swell
  #case (3) #declare Level = 0.01; #break                                                    // a searchlight
  #case (4) #declare Eye = vrotate(Eye, y * 75 * int(N / 5)) + <0, mod(int(N / 5), 2) * 2, 0>; #break // five frames a cut
  #case (5) #declare White = min(1, max(0, 1.6 * T - 0.4)); #break                           // to white
  #case (6) #declare Level = (rand(Dice) < 0.18 ? 1.7 : 0.05 + 0.03 * rand(Dice)); #break    // a storm
  #case (7) #declare Level = 0.02; #declare Lamps = N / 2; #break                            // windows light up
  #case (8) #declare Haze = 3 * pow(sin(pi * T), 4); #break                                  // a bank of fog
  #case (9) #declare Eye = Eye + 0.35 * <rand(Dice) - 0.5, rand(Dice) - 0.5, 0>; #declare Aim = Aim + 0.3 * <rand(Dice) - 0.5, rand(Dice) - 0.5, 0>; #break // on foot
  #case (10) #break                                                                          // a train passes by
  #case (11) #declare Aim = vrotate(Aim + <0, 0, 8>, y * 50 * (T < 0.3 ? 0 : (T < 0.42 ? (T - 0.3) / 0.12 : (T < 0.7 ? 1 : (T < 0.8 ? 1 - (T - 0.7) / 0.1 : 0))))) - <0, 0, 8>; #break // there and back
  #case (12) #declare World = 0; #break                                                      // fireworks
  #case (13) #declare World = 0; #break                                                      // a count down
  #case (14) #declare World = 0; #break                                                      // a flag over nothing
  #case (15) #declare World = 0; #break                                                      // news along the lower edge
  #case (16) #declare Level = pow(abs(cos(pi * T * 1.5)), 1.5); #break                       // out, in and out
  #case (17) #declare Level = 0.75 + 0.25 * rand(Dice); #break                               // an old film
#end
#if (World)
  camera { location Eye sky <sin(radians(Roll)), cos(radians(Roll)), 0> right x * 16 / 9 angle Angle look_at Aim }
  light_source { <-12, 9, -10> rgb <1, 0.9, 0.75> * Level }
  light_source { <9, 12, -6> rgb <0.2, 0.3, 0.45> * Level }
  sky_sphere { pigment { gradient y color_map { [0 rgb Level * <0.95, 0.75, 0.6> + White * 2] [0.45 rgb Level * <0.3, 0.45, 0.75> + White * 2] } } }
  #if (Haze > 0.01) fog { distance 10 / Haze rgb <0.8, 0.8, 0.82> } #end
  plane { y, 0 pigment { rgb <0.05, 0.15, 0.25> + White } normal { waves 0.4 scale 0.7 phase 6 * T } finish { ambient 0 reflection 0.35 emission White } }
  #local I = 0;
  #while (I < 7)
    box { <-7 + 2.1 * I, 0, 4>, <-5.3 + 2.1 * I, 1.6 + mod(I * 5, 4) * 0.7, 6> pigment { rgb <0.75 - 0.08 * I, 0.35 + 0.05 * mod(I * 3, 5), 0.3> + White } finish { ambient 0 emission White } }
    box { <-6.5 + 2.1 * I, 0.7, 3.9>, <-5.8 + 2.1 * I, 1.2, 4> pigment { rgb <1, 0.85, 0.4> } finish { ambient 0 emission (Shot = 7 & I < Lamps ? 1 : 0.02) } }
    #local I = I + 1;
  #end
  union {
    cone { <-1.2, 0.3, 0>, 0.5, <1.4, 0.3, 0>, 0.2 scale <1, 0.6, 1> pigment { rgb <0.85, 0.85, 0.8> + White } }
    cylinder { <0, 0.3, 0>, <0, 2.6, 0>, 0.05 pigment { rgb <0.4, 0.25, 0.1> } }
    triangle { <0.1, 0.6, 0>, <0.1, 2.5, 0>, <1.3, 0.7, 0.2> pigment { rgb <0.9, 0.3, 0.2> + White } }
    finish { ambient 0 emission White } translate Boat
  }
  cylinder { <3.2, 0, 1>, <3.2, 3.4, 1>, 0.45 pigment { gradient y color_map { [0.5 rgb <0.9, 0.1, 0.1>] [0.5 rgb 0.95] } scale 1.1 } finish { ambient 0 emission White } }
#else
  camera { orthographic location <0, 0, -5> look_at 0 right 16 * x / 4 up 9 * y / 4 }
#end
#if (Shot = 3) light_source { <3.2, 3.4, 0> rgb 2 spotlight point_at <-8 + 14 * T, 0.5, 2> radius 9 falloff 15 } #end
#if (Shot = 10)
  #local I = 0;
  #while (I < 6)
    box { <-14 + 26 * T - 2.3 * I, 0, -4.5>, <-12 + 26 * T - 2.3 * I, 2, -4.2> pigment { rgb <0.15 + 0.15 * mod(I, 3), 0.3, 0.25> } finish { ambient 0.1 } }
    #local I = I + 1;
  #end
#end
#if (Shot = 12)
  background { rgb 0 }
  #local B = 0;
  #while (B < 4)
    #local Age = T * 4.4 - B;
    #if (Age > 0 & Age < 1.5)
      #local Spark = seed(31 + B);
      #local X = rand(Spark) * 2.4 - 1.2; #local Y = rand(Spark) * 0.8 - 0.2;
      #local I = 0;
      #while (I < 30)
        #local A = rand(Spark) * 2 * pi; #local R = Age * (0.3 + 0.6 * rand(Spark));
        sphere { <X + R * cos(A), Y + R * sin(A) - 0.2 * Age * Age, 0>, 0.045 pigment { rgb <mod(B, 2), 0.4 + 0.2 * B, 1 - mod(B, 2)> } finish { ambient 0 emission max(0, 1.3 - Age) } }
        #local I = I + 1;
      #end
    #end
    #local B = B + 1;
  #end
#end
#if (Shot = 13)
  background { rgb <0.12, 0.1, 0.1> }
  disc { 0, z, 0.95, 0.85 pigment { rgb 0.7 } finish { ambient 0 emission 1 } }
  text { ttf "timrom.ttf" str(6 - int(N / 4), 0, 0) 0.1, 0 scale 1.3 translate <-0.3, -0.4, -0.1> pigment { rgb <0.95, 0.9, 0.8> } finish { ambient 0 emission 1 } }
  box { <0, 0, -0.2>, <0.03, 0.85, -0.2> rotate -z * 90 * mod(N, 4) pigment { rgb 1 } finish { ambient 0 emission 1 } }
#end
#if (Shot = 14)
  cylinder { <-1.2, -1.1, 0>, <-1.2, 0.9, 0>, 0.04 pigment { rgb 0.6 } finish { ambient 0 emission 0.8 } }
  #local I = 0;
  #while (I < 18)
    box { <-1.15 + 0.1 * I, 0.25 + 0.02 * I * sin(T * 20 - I * 0.5), 0>, <-1.05 + 0.1 * I, 0.85 + 0.02 * I * sin(T * 20 - I * 0.5), 0.1> pigment { rgb <0.1, 0.25, 0.7> + <0.8, 0.6, -0.5> * mod(int(I / 6), 2) } finish { ambient 0 emission 0.9 } }
    #local I = I + 1;
  #end
#end
#if (Shot = 15)
  box { <-2, -1.1, 0.2>, <2, -0.65, 0.3> pigment { rgb <0.6, 0.05, 0.08> } finish { ambient 0 emission 0.9 } }
  text { ttf "cyrvetic.ttf" "HEAVY SEAS EXPECTED TONIGHT OFF THE WESTERN COAST" 0.1, 0 scale 0.35 translate <2 - 9 * T, -0.98, 0> pigment { rgb 1 } finish { ambient 0 emission 1 } }
#end
