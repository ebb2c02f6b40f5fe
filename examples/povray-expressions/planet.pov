// A planet that turns once while the clock runs from 0 to 1.
#version 3.7;
global_settings { assumed_gamma 1.0 }
camera { location <0, 1, -4> look_at <0, 0, 0> }
light_source { <6, 5, -6> color rgb 1 }
background { color rgb <0.01, 0.01, 0.04> }
sphere {
  <0, 0, 0>, 1.2
  pigment {
    gradient x
    color_map { [0 color rgb <0.1, 0.3, 0.7>] [0.5 color rgb <0.2, 0.6, 0.3>] [1 color rgb <0.9, 0.8, 0.6>] }
    turbulence 0.4
    scale 0.7
  }
  rotate <15, 360 * clock, 0>
}
