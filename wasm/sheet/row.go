package sheet

import (
	"strconv"

	"somscope/decoder"
	"somscope/decoder/codec"
	"somscope/decoder/media"
)

// Columns of the list of streams.
var Columns = [...]string{"No.", "Kind", "From", "To", "Codec", "Packets", "Lost", "Jitter", "Start", "Lasts", "What"}

var kinds = [...]string{
	decoder.VoiceRTP:   "RTP",
	decoder.VoiceSkype: "Skype",
	decoder.VoiceE2O:   "Skype to a telephone",
	decoder.VoiceFile:  "frames",
}

// Row is a stream as a row of Columns. r is its report when it is encrypted, or nil; start says
// when it begins, by the clock that is asked for.
func Row(v *decoder.Voice, r *media.Report, start string) [len(Columns)]string {
	row := [len(Columns)]string{
		strconv.FormatUint(uint64(v.Number), 10), kinds[v.Kind], v.From, v.To, CodecOf(v, r),
		strconv.Itoa(v.Packets), "-", "-", start, "-", What(v),
	}
	if v.End < v.Begin {
		row[8] = "-"
	} else {
		row[9] = Span(v.End - v.Begin)
	}
	if s := v.RTP; s != nil {
		row[6] = thousands(s.Missing)
		if s.Clock > 0 {
			row[7] = Millis(s.MeanJitter)
		}
	}
	if v.Kind == decoder.VoiceFile {
		row[8], row[9] = "-", "-"
		if long := fileLasts(v); long > 0 {
			row[9] = Span(long)
		}
	}
	return row
}

// main is the codec of most of a stream's packets, or nil.
func main(v *decoder.Voice) *decoder.VoiceCodec {
	if len(v.Codecs) == 0 {
		return nil
	}
	return &v.Codecs[0]
}

// CodecOf names the codec of a stream in a few words. A question mark says that it is a guess.
func CodecOf(v *decoder.Voice, r *media.Report) string {
	if encrypted(v) {
		if text := courseOf(r, true); text != "" {
			return text
		}
		return "unknown"
	}
	x := main(v)
	switch {
	case x == nil:
		return "unknown"
	case x.Codec == nil && x.Name != "":
		return x.Name
	case x.Codec == nil:
		return "payload type " + strconv.Itoa(int(x.Type))
	case x.How == decoder.CodecGuessed:
		return x.Codec.Title + "?"
	}
	return x.Codec.Title
}

func encrypted(v *decoder.Voice) bool {
	return v.Kind == decoder.VoiceSkype || v.Kind == decoder.VoiceE2O
}

// FitName names a working point in a few words: "iLBC 30 ms", "G.729 20 ms, 2 blocks".
func FitName(f *media.Fit) string {
	s := f.Codec + " " + strconv.FormatFloat(f.Ms, 'g', 4, 64) + " ms"
	if f.RF > 1 {
		s += ", " + strconv.Itoa(f.RF) + " blocks"
	}
	return s
}

// Playable reports whether the sound of a stream can be made.
func Playable(v *decoder.Voice) bool {
	if encrypted(v) || empty(v) {
		return false
	}
	for i := range v.Codecs {
		if c := v.Codecs[i].Codec; c != nil && c.Playable {
			return true
		}
	}
	return false
}

// empty reports whether no packet of an RTP stream has a payload.
func empty(v *decoder.Voice) bool {
	return v.Kind == decoder.VoiceRTP && v.Bytes == 0
}

// What says in a few words what can be done with a stream.
func What(v *decoder.Voice) string {
	switch x := main(v); {
	case encrypted(v):
		return "encrypted"
	case Playable(v):
		return "can be heard"
	case empty(v):
		return "no payload"
	case x == nil || x.Codec == nil:
		return "codec unknown"
	case x.Codec.Dissect == nil:
		return "named, not explained"
	}
	return "explained, not decoded"
}

// mute says in a sentence why a stream cannot be heard, or "".
func mute(v *decoder.Voice) string {
	x := main(v)
	switch {
	case Playable(v):
		return ""
	case encrypted(v):
		return "This call cannot be heard: its frames are encrypted, and nobody but its two ends has the key."
	case x == nil || empty(v):
		return "There is nothing to hear: no packet of this stream has a payload."
	case x.Codec == nil && x.Name != "":
		return "It cannot be heard: “" + x.Name + "” is none of the codecs that are known here."
	case x.Codec == nil:
		return "It cannot be heard: nobody says which codec it is. Choose one below to try."
	case x.Codec.ID == codec.TelephoneEvent || x.Codec.ID == codec.ComfortNoise:
		return x.Codec.Title + " holds no voice to be heard."
	case x.Codec.Why != "":
		return Sentence(x.Codec.Why)
	}
	return "It cannot be heard: " + x.Codec.Title + " is explained here, not decoded."
}

// lower makes a sentence continue another one, unless it begins with a name.
func lower(s string) string {
	if len(s) > 1 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'a' && s[1] <= 'z' {
		for _, word := range [...]string{"It ", "Its ", "The ", "This ", "There ", "Nobody ", "No ", "We ", "A ", "An "} {
			if len(s) >= len(word) && s[:len(word)] == word {
				return string(s[0]+32) + s[1:]
			}
		}
	}
	return s
}

// fileLasts is how long the frames of a raw file last, ns; 0 when that is not known.
func fileLasts(v *decoder.Voice) int64 {
	if x := main(v); x != nil && x.Codec != nil && x.Codec.Frame > 0 && x.Codec.Bytes > 0 && v.Packets > 0 {
		return v.Bytes * x.Codec.Frame.Nanoseconds() / int64(x.Codec.Bytes)
	}
	if n := int64(v.Packets); v.End > v.Begin && n > 1 {
		return (v.End - v.Begin) / (n - 1) * n // the last frame lasts, too
	}
	return 0
}
