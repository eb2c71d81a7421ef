package proto

import (
	"math"
	"reflect"
	"runtime"
	"testing"
)

// fill sets everything below v to a value that is not zero and differs from
// its neighbours, so that a field the codec forgets or swaps shows.
func fill(v reflect.Value, n *uint64) {
	*n++
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 3, 3))
		for i := range 3 {
			fill(v.Index(i), n)
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), n)
		}
	case reflect.String:
		v.SetString("field é " + string(rune('0'+*n)))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(*n % 200)
		if v.Uint() == 0 {
			v.SetUint(1)
		}
	case reflect.Int32, reflect.Int64:
		v.SetInt(-int64(*n))
	case reflect.Float32:
		v.SetFloat(float64(*n%97) + 0.5)
	default:
		panic("fill does not know " + v.Kind().String())
	}
}

func TestRoundTrip(t *testing.T) {
	var n uint64
	for i := 0; i <= 100; i++ { // other offsets give other values
		n = uint64(i)
		var q Request
		fill(reflect.ValueOf(&q).Elem(), &n)
		q2, err := ParseRequest(q.Append(nil))
		if err != nil || !reflect.DeepEqual(&q, q2) {
			t.Fatalf("request: %v\nsent %+v\ngot  %+v", err, q, q2)
		}
		var r Reply
		fill(reflect.ValueOf(&r).Elem(), &n)
		r2, err := ParseReply(r.Append([]byte("front"))[5:])
		if err != nil || !reflect.DeepEqual(&r, r2) {
			t.Fatalf("reply: %v\nsent %+v\ngot  %+v", err, r, r2)
		}
	}
}

func TestOneAtATime(t *testing.T) {
	requests := reflect.TypeOf(Request{})
	for i := 1; i < requests.NumField(); i++ {
		q := Request{ID: uint32(i)}
		reflect.ValueOf(&q).Elem().Field(i).Set(reflect.New(requests.Field(i).Type.Elem()))
		q2, err := ParseRequest(q.Append(nil))
		if err != nil || !reflect.DeepEqual(&q, q2) {
			t.Errorf("%s: %v: got %+v", requests.Field(i).Name, err, q2)
		}
	}
	replies := reflect.TypeOf(Reply{})
	for i := 1; i < replies.NumField(); i++ {
		r := Reply{ID: uint32(i)}
		reflect.ValueOf(&r).Elem().Field(i).Set(reflect.New(replies.Field(i).Type.Elem()))
		r2, err := ParseReply(r.Append(nil))
		if err != nil || !reflect.DeepEqual(&r, r2) {
			t.Errorf("%s: %v: got %+v", replies.Field(i).Name, err, r2)
		}
	}
}

func TestExtremes(t *testing.T) {
	for _, r := range []Reply{
		{ID: math.MaxUint32, Progress: &Progress{Read: math.MaxInt64, Size: math.MinInt64, Heap: math.MaxUint64, First: -1}},
		{Tree: &Tree{Nodes: []Node{{Range: Range{Buf: 255, Off: math.MaxUint32, Mask: math.MaxUint64}, Num: math.MaxUint64, ErrOff: -1}}}},
		{Flow: &FlowInfo{Score: math.MinInt32, Packets: [2]uint64{math.MaxUint64, 0}}},
		{Crash: &Crash{What: "not UTF-8: \xFF", Log: "\x00"}},
	} {
		got, err := ParseReply(r.Append(nil))
		if err != nil || !reflect.DeepEqual(&r, got) {
			t.Errorf("%v: sent %+v, got %+v", err, r, got)
		}
	}
}

func TestCutAnywhere(t *testing.T) {
	var n uint64
	var r Reply
	fill(reflect.ValueOf(&r).Elem(), &n)
	b := r.Append(nil)
	for i := range b {
		if _, err := ParseReply(b[:i]); err == nil {
			t.Fatalf("a message cut after %d of %d bytes was accepted", i, len(b))
		}
	}
	if _, err := ParseReply(append(b, 0)); err == nil {
		t.Fatal("a byte after the end was accepted")
	}
}

func TestCountsAreNotTrusted(t *testing.T) {
	// A Hello whose list of Specs claims 2^40 of them.
	b := []byte{0, 0, 1, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := ParseReply(b); err != errCount {
		t.Fatalf("got %v, want %v", err, errCount)
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 64<<10 {
		t.Errorf("%d bytes were allocated for a message of %d", grown, len(b))
	}
	for name, b := range map[string][]byte{
		"a number of more than 64 bits": {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02},
		"an ID of more than 32 bits":    {0xFF, 0xFF, 0xFF, 0xFF, 0x7F},
		"a flag that is 2":              {1, 2},
	} {
		if _, err := ParseReply(b); err != errValue {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// FuzzParse feeds both parsers; what one accepts must survive a round trip.
func FuzzParse(f *testing.F) {
	var n uint64
	var r Reply
	var q Request
	fill(reflect.ValueOf(&r).Elem(), &n)
	fill(reflect.ValueOf(&q).Elem(), &n)
	f.Add(r.Append(nil))
	f.Add(q.Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, err := ParseReply(b); err == nil {
			r2, err := ParseReply(r.Append(nil))
			if err != nil || !reflect.DeepEqual(r, r2) {
				t.Fatalf("%v: %+v became %+v", err, r, r2)
			}
		}
		if q, err := ParseRequest(b); err == nil {
			q2, err := ParseRequest(q.Append(nil))
			if err != nil || !reflect.DeepEqual(q, q2) {
				t.Fatalf("%v: %+v became %+v", err, q, q2)
			}
		}
	})
}

// A page of rows as a screen asks for it: 100 rows of 7 cells.
func BenchmarkRowPage(b *testing.B) {
	p := RowPage{Cols: 7, Marks: make([]RowMark, 100), Text: make([]byte, 100*7*12)}
	for i := range 700 {
		p.Ends = append(p.Ends, uint32(12*(i+1)))
	}
	r := Reply{ID: 7, Rows: &p}
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = r.Append(buf[:0])
		if _, err := ParseReply(buf); err != nil {
			b.Fatal(err)
		}
	}
}
