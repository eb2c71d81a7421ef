package view

import "somscope/wasm/proto"

// Marks of a field in hex view and tree: one of six colours times one of five
// kinds of underline, numbered as paint.js and the style sheets name them (f0
// to f29), and two plain ones.
const (
	Hues     = 6
	Lines    = 5
	MarkLow  = 30 // fl: a field of a lower layer: a thin line only
	MarkVoid = 31 // fu: unknown bytes
	MarkPick = 32 // the selected field
	MarkHere = 33 // the field under the pointer
	MarkPart = 34 // a selected group, whose fields keep their colours
	MarkNear = 35 // a group under the pointer
)

// Marks gives every Spec its mark. A mark belongs to the Spec, so that a field
// keeps it from packet to packet. The fields of the chosen protocol take colours
// and lines in turn in the order of the catalogue: neighbours differ in both.
func Marks(specs []proto.Spec) []int32 {
	marks := make([]int32, len(specs))
	k := 0
	for i := range specs {
		switch s := &specs[i]; {
		case s.Name == "unknown" || s.Name == "unknown.bits":
			marks[i] = MarkVoid
		case s.Layer:
			marks[i] = MarkLow
		case !s.Skype:
			marks[i] = MarkLow
		default:
			marks[i] = int32(k%Hues*Lines + k%Lines)
			k++
		}
	}
	return marks
}

// HueWords and LineWords name the colours and the lines of marks.
var HueWords = [Hues]string{"blue", "amber", "green", "pink", "violet", "teal"}
var LineWords = [Lines]string{"solid", "dotted", "double", "dashed", "wavy"}

// MarkWord names a mark for people who do not see it: "blue, dotted line".
func MarkWord(mark int32) string {
	switch {
	case mark == MarkLow:
		return "thin line"
	case mark == MarkVoid:
		return "grey, dotted line"
	case mark < 0 || mark >= Hues*Lines:
		return ""
	}
	return HueWords[mark/Lines] + ", " + LineWords[mark%Lines] + " line"
}
