# Makes a video of a sequence of images. The contract is in README.md beside this file.
#
#   encode.sh PLACE PATTERN FRAMES OUTPUT FILE NAME FORMAT RATE PIXELFORMAT QUALITY [CODEC]
#
# PLACE is the folder of the images, or one of them. BLENDERER_SOUND may name a file with the sound.
set -u
umask 077
place=$1 pattern=$2 frames=$3 output=$4 file=$5 name=$6 format=$7 rate=$8 pixels=$9
shift
quality=$9
shift
codec=${9:-}
ffmpeg=${BLENDERER_FFMPEG:-${BLENDERER_RENDERER:-ffmpeg}}

fail() {
  echo "openjd_fail: [$1] $2"
  exit 1
}

# A job may be called anything, a file may not.
[ -n "$file" ] || file=$(printf '%s' "$name" | tr -c 'A-Za-z0-9._ -' '_' | sed 's/^[.-]/_/; s/[. ]*$//')
[ -n "$file" ] || file=video
case $file in
  */* | .* | -*) fail bad-name "The video cannot be called '$file'" ;;
esac
[ -d "$place" ] || place=$(dirname "$place")
work=$OPENJD_SESSION_WORKING_DIR/encode.$$
rm -rf "$work"
mkdir -p "$work/sequence" "$output" || exit 1

# Every image whose name ends in a number: NUMBER<tab>DIGITS<tab>BEFORE<tab>AFTER<tab>NAME
ls "$place" | awk '
  match($0, /[0-9]+\.(png|jpg|jpeg|exr|tif|tiff|tga|bmp|PNG|JPG|JPEG|EXR|TIF|TIFF|TGA|BMP)$/) {
    tail = substr($0, RSTART)
    digits = tail
    sub(/\..*/, "", digits)
    number = digits
    sub(/^0+/, "", number)
    if (number == "") number = "0"
    print number "\t" length(digits) "\t" substr($0, 1, RSTART - 1) "\t" substr(tail, length(digits) + 1) "\t" $0
  }' >"$work/images"

if [ -n "$pattern" ]; then
  case $pattern in
    *%d* | *%0[1-9]d*) ;;
    *) fail bad-pattern "The pattern '$pattern' has no number such as %04d" ;;
  esac
  before=${pattern%%\%*}
  after=${pattern#*%}
  after=${after#*d}
else
  cut -f 3,4 "$work/images" | sort -u >"$work/kinds"
  kinds=$(grep -c '' "$work/kinds")
  [ "$kinds" != 0 ] || fail no-images "There are no numbered images to make a video of"
  if [ "$kinds" != 1 ]; then
    shown=$(awk -F '\t' '{ printf "%s%s####%s", (NR > 1 ? ", " : ""), $1, $2 }' "$work/kinds")
    fail several-sequences "There are $kinds sequences of images ($shown); name one as Pattern"
  fi
  before=$(cut -f 1 "$work/kinds")
  after=$(cut -f 2 "$work/kinds")
fi
# Through the environment: awk takes the backslashes of -v for its own.
before=$before after=$after pattern=$pattern awk -F '\t' '
  $3 == ENVIRON["before"] && $4 == ENVIRON["after"] { print $1 "\t" $5 }
  # Frame -4 is called shot_-0004.
  ENVIRON["pattern"] != "" && $3 == ENVIRON["before"] "-" && $4 == ENVIRON["after"] { print "-" $1 "\t" $5 }' "$work/images" |
  sort -n >"$work/found"
[ -s "$work/found" ] || fail no-images "There is no image called '$before####$after'"

# The numbers that must be there, then what is missing of them.
if [ -n "$frames" ]; then
  printf '%s\n' "$frames" | tr ',' '\n' | awk '
    { gsub(/ /, "") }
    !/^-?[0-9]+(-(-?)[0-9]+([:x][0-9]+)?)?$/ { print "bad"; exit }
    {
      match($0, /^-?[0-9]+/)
      from = to = substr($0, 1, RLENGTH) + 0
      by = 1
      rest = substr($0, RLENGTH + 2)
      if (rest != "") {
        n = split(rest, part, /[:x]/)
        to = part[1] + 0
        if (n > 1) by = part[2] + 0
      }
      if (by < 1 || to - from > 10000000) { print "bad"; exit }
      for (i = from; i <= to; i += by) print i
    }' | sort -n -u >"$work/wanted"
  ! grep -q bad "$work/wanted" || fail bad-frames "'$frames' is not a range of frames such as 1-250"
else
  first=$(head -n 1 "$work/found" | cut -f 1)
  last=$(tail -n 1 "$work/found" | cut -f 1)
  awk -v first="$first" -v last="$last" 'BEGIN { for (i = first; i <= last; i++) print i }' >"$work/wanted"
fi
missing=$(awk -F '\t' '
  NR == FNR { have[$1] = 1; next }
  !($1 in have) { if (open && $1 == last + 1) last = $1; else { show(); from = last = $1; open = 1 } count++; next }
  { show(); open = 0 }
  END { show(); if (count) printf " (%d of %d)", count, FNR }
  function show() { if (open && shown++ < 20) printf "%s%s", (shown > 1 ? ", " : ""), (from == last ? from : from "-" last); else if (open && shown == 21) printf ", …"; open = 0 }
' "$work/found" "$work/wanted")
[ -z "$missing" ] || fail frames-missing "The sequence '$before####$after' has holes; missing are $missing"

# Under running numbers, so that any step between the frames will do.
awk -F '\t' 'NR == FNR { name[$1] = $2; next } { print name[$1] }' "$work/found" "$work/wanted" >"$work/order"
count=0
while IFS= read -r image; do
  ln -s "$place/$image" "$(printf '%s/sequence/%08d%s' "$work" "$count" "$after")" || exit 1
  count=$((count + 1))
done <"$work/order"
echo "$count images, $rate frames per second"

set -- -hide_banner -nostdin -y -loglevel warning -nostats -progress "$work/progress"
# OpenEXR holds light as it is, a video what a screen shows.
case $after in .exr | .EXR) set -- "$@" -apply_trc iec61966_2_1 ;; esac
set -- "$@" -framerate "$rate" -start_number 0 -i "$work/sequence/%08d$after"
sound=${BLENDERER_SOUND:-}
[ -z "$sound" ] || set -- "$@" -i "$sound" -map 0:v -map 1:a
case $format in
  mp4) usual=h264 heard=aac ;;
  mkv) usual=h264 heard=aac ;;
  mov) usual=prores heard=aac ;;
  webm) usual=vp9 heard=libopus ;;
  avi) usual=mpeg4 heard=libmp3lame ;;
  ogv) usual=theora heard=libvorbis ;;
  mpg) usual=mpeg2 heard=mp2 ;;
  flv) usual=flv1 heard=aac ;;
  *) fail bad-format "The format '$format' is none of mp4, mkv, mov, webm, avi, ogv, mpg, flv" ;;
esac
# The usual codecs halve the colours' size: both sides must be even.
even='pad=ceil(iw/2)*2:ceil(ih/2)*2'

# The encoder's own measure, or a bit rate such as 6000k: OPTION DEFAULT
measure() {
  case $quality in
    *k) echo "-b:v $quality" ;;
    *) echo "$1 ${quality:-$2}" ;;
  esac
}

# shellcheck disable=SC2046  # two words on purpose
case ${codec:-$usual} in
  h264) set -- "$@" -vf "$even" -c:v libx264 $(measure -crf 18) -pix_fmt "${pixels:-yuv420p}" ;;
  h265) set -- "$@" -vf "$even" -c:v libx265 $(measure -crf 22) -pix_fmt "${pixels:-yuv420p}" ;;
  vp9) set -- "$@" -vf "$even" -c:v libvpx-vp9 -b:v 0 $(measure -crf 30) -row-mt 1 -pix_fmt "${pixels:-yuv420p}" ;;
  av1) set -- "$@" -vf "$even" -c:v libaom-av1 -b:v 0 $(measure -crf 30) -cpu-used 6 -row-mt 1 -pix_fmt "${pixels:-yuv420p}" ;;
  prores) set -- "$@" -c:v prores_ks -profile:v 3 $(measure -qscale:v 9) -pix_fmt "${pixels:-yuv422p10le}" -vendor apl0 ;;
  dnxhd) set -- "$@" -vf "$even" -c:v dnxhd -profile:v dnxhr_hq -pix_fmt "${pixels:-yuv422p}" ;;
  mpeg4) set -- "$@" -vf "$even" -c:v mpeg4 $(measure -q:v 3) -pix_fmt "${pixels:-yuv420p}" ;;
  mpeg2) set -- "$@" -vf "$even" -c:v mpeg2video $(measure -q:v 2) -pix_fmt "${pixels:-yuv420p}" ;;
  mpeg1) set -- "$@" -vf "$even" -c:v mpeg1video $(measure -q:v 2) -pix_fmt "${pixels:-yuv420p}" ;;
  theora) set -- "$@" -vf "$even" -c:v libtheora $(measure -q:v 8) -pix_fmt "${pixels:-yuv420p}" ;;
  flv1) set -- "$@" -vf "$even" -c:v flv $(measure -q:v 3) -pix_fmt "${pixels:-yuv420p}" ;;
  mjpeg) set -- "$@" -c:v mjpeg $(measure -q:v 2) -pix_fmt "${pixels:-yuvj444p}" ;;
  # Without loss, in the images' own colours, transparency included.
  ffv1) set -- "$@" -c:v ffv1 -level 3 -g 1 -slices 4 -slicecrc 1 ;;
  png | qtrle) set -- "$@" -c:v "${codec}" ;;
  huffyuv) set -- "$@" -c:v ffvhuff ;;
  raw) set -- "$@" -c:v rawvideo -pix_fmt "${pixels:-bgr24}" ;;
  *) fail bad-format "The codec '$codec' is none of h264, h265, vp9, av1, prores, dnxhd, mpeg4, mpeg2, mpeg1, theora, flv1, mjpeg, ffv1, png, qtrle, huffyuv, raw" ;;
esac
case $format:${codec:-$usual} in
  mp4:h265 | mov:h265) set -- "$@" -tag:v hvc1 ;;
esac
case $format in mp4 | mov) set -- "$@" -movflags +faststart ;; esac
[ -z "$sound" ] || set -- "$@" -c:a "$heard" -b:a 192k
case ${BLENDERER_THREADS:-0} in
  0 | '') ;;
  *) set -- "$@" -threads "$BLENDERER_THREADS" ;;
esac
video=$file.$format
mkfifo "$work/progress" || exit 1
"$ffmpeg" "$@" "$work/$video" </dev/null 2>&1 &
encoder=$!
awk -F '=' -v count="$count" '
  $1 == "frame" && count > 0 { printf "openjd_progress: %.1f\n", ($2 > count ? 100 : 100 * $2 / count); fflush() }
' "$work/progress"
wait "$encoder"
code=$?
case $code in
  0) ;;
  126 | 127) fail renderer-absent "FFmpeg could not be started from '$ffmpeg' (exit code $code)" ;;
  137 | 143) fail renderer-killed "FFmpeg was killed from outside (exit code $code), most often because the memory ran out" ;;
  *)
    echo "FFmpeg ended with exit code $code."
    exit 1
    ;;
esac
[ -s "$work/$video" ] || fail no-output "FFmpeg made no video"
mv "$work/$video" "$output/$video" || exit 1
rm -rf "$work"
quoted=$(printf '%s' "$video" | sed 's/[\\"]/\\&/g')
echo "blenderer_done: 0 [\"$quoted\"]"
