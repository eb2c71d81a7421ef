//go:build js && wasm

package main

import (
	"syscall/js"

	"honnef.co/go/js/dom/v2"

	"somscope/wasm/proto"
	"somscope/wasm/view"
)

// The page's only dealings with syscall/js: what dom/v2 does not cover and
// paint.js need not. Names under window.somscope are those of site/js/boot.js.

var (
	global   = js.Global()
	somscope = global.Get("somscope")
	uint8s   = global.Get("Uint8Array")
	blob     js.Value // the open capture, kept for a new worker
	outgoing js.Value // the file that goes with an Open
)

// post gives the engine a request; with the file when it is an Open.
func post(r *proto.Request) {
	b := r.Append(nil)
	a := uint8s.New(len(b))
	js.CopyBytesToJS(a, b)
	if r.Open != nil {
		somscope.Call("send", a, outgoing)
	} else {
		somscope.Call("send", a)
	}
}

// listen connects the page to boot.js. The functions live as long as the page
// and are never released.
func listen(message func([]byte), fatal func(packet uint32, what, log string), files func(list []file, how string)) {
	somscope.Set("onMessage", js.FuncOf(func(_ js.Value, args []js.Value) any {
		b := make([]byte, args[0].Get("byteLength").Int())
		js.CopyBytesToGo(b, args[0])
		handle(func() { message(b) })
		return nil
	}))
	somscope.Set("onFatal", js.FuncOf(func(_ js.Value, args []js.Value) any {
		handle(func() { fatal(uint32(args[0].Int()), args[1].String(), args[2].String()) })
		return nil
	}))
	somscope.Set("onContent", js.FuncOf(func(js.Value, []js.Value) any {
		handle(func() { changed(onReady) })
		return nil
	}))
	somscope.Set("onFiles", js.FuncOf(func(_ js.Value, args []js.Value) any {
		handle(func() {
			var list []file
			for i := range args[0].Length() {
				list = append(list, asFile(args[0].Index(i)))
			}
			files(list, args[1].String())
		})
		return nil
	}))
}

// A file is one that the user has given, or a sample.
type file struct {
	name string
	size int64
	blob js.Value
}

func asFile(v js.Value) file {
	return file{name: v.Get("name").String(), size: int64(v.Get("size").Float()), blob: v}
}

// ready lets boot.js hand over what has come before.
func ready() { somscope.Call("ready") }

// restart ends the engine's worker and starts another from the kept module.
func restart() { somscope.Call("restart") }

// sample fetches a sample: its capture, and files of Skype's own that belong to it.
func sample(name string, done func(f file, also []file, why string)) {
	var fn js.Func
	fn = js.FuncOf(func(_ js.Value, args []js.Value) any {
		defer fn.Release()
		handle(func() {
			if args[0].IsNull() {
				done(file{}, nil, args[1].String())
				return
			}
			var also []file
			for i := range args[2].Length() {
				also = append(also, asFile(args[2].Index(i)))
			}
			done(asFile(args[0]), also, "")
		})
		return nil
	})
	somscope.Call("fetchSample", name, fn)
}

// fetchPlayer loads the player, unless it is here.
func fetchPlayer(done func(ok bool)) {
	var fn js.Func
	fn = js.FuncOf(func(_ js.Value, args []js.Value) any {
		defer fn.Release()
		handle(func() { done(args[0].Bool()) })
		return nil
	})
	somscope.Call("player", fn)
}

// playerDo has the player do something, if it is here.
func playerDo(what string, arg any) {
	if p := somscope.Get("sound"); p.Truthy() {
		p.Call(what, arg)
	}
}

// playerPiece gives the player a piece of sound; its marks go as numbers, three each.
func playerPiece(x *proto.Sound) {
	pcm := uint8s.New(len(x.PCM))
	js.CopyBytesToJS(pcm, x.PCM)
	var flat []byte
	for _, m := range x.Marks {
		for _, n := range [...]uint32{m.At, m.Packet, m.Len} {
			flat = append(flat, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
		}
	}
	marks := uint8s.New(len(flat))
	js.CopyBytesToJS(marks, flat)
	somscope.Get("sound").Call("piece", pcm, marks, x.Rate, x.Channels, x.From, x.Total, x.Done, x.Note, x.Title)
}

// hitKey goes from one part of a drawing that can be chosen to the next.
func hitKey(key string) bool {
	by := 0
	switch key {
	case "ArrowLeft":
		by = -1
	case "ArrowRight":
		by = 1
	default:
		return false
	}
	now := global.Get("document").Get("activeElement")
	svg, ok := target{now}.closest("svg")
	if !ok {
		return false
	}
	all := svg.v.Call("querySelectorAll", "[data-do]")
	for i := range all.Length() {
		if next := all.Index(i + by); all.Index(i).Equal(now) && next.Truthy() {
			next.Call("focus")
		}
	}
	return true
}

// saveText saves a text as a file of the user's.
func saveText(name, text string) { somscope.Call("save", name, text) }

// clip copies text; done hears whether it worked.
func clip(text string, done func(ok bool)) {
	var fn js.Func
	fn = js.FuncOf(func(_ js.Value, args []js.Value) any {
		defer fn.Release()
		handle(func() { done(args[0].Bool()) })
		return nil
	})
	somscope.Call("copy", text, fn)
}

// source gives title and address of a source by its key.
func source(key string) (title, href string) {
	e := somscope.Get("sources").Get(key)
	if e.Type() != js.TypeObject {
		return key, ""
	}
	return word(e, "title", key), word(e, "url", "")
}

// term gives name and text of an entry of the glossary by its key, "" when
// there is none.
func term(key string) (name, text string) {
	e := somscope.Get("glossary").Get(key)
	if e.Type() != js.TypeObject {
		return "", ""
	}
	return word(e, "term", key), word(e, "text", "")
}

func word(v js.Value, name, otherwise string) string {
	if w := v.Get(name); w.Type() == js.TypeString && w.String() != "" {
		return w.String()
	}
	return otherwise
}

func remember(key, value string)   { somscope.Get("store").Call("set", key, value) }
func remembered(key string) string { return somscope.Get("store").Call("get", key).String() }

func fragment() string { return global.Get("location").Get("hash").String() }

func address() string { return global.Get("location").Get("href").String() }

// visit writes the fragment into the address, as a new step of the history or
// in place of the last one.
func visit(fragment string, push bool) {
	l := global.Get("location")
	if fragment == "" {
		fragment = l.Get("pathname").String() + l.Get("search").String()
	}
	how := "replaceState"
	if push {
		how = "pushState"
	}
	defer func() { recover() }() // browsers refuse when it is done too often; the next one counts
	global.Get("history").Call(how, js.Null(), "", fragment)
}

func setTitle(t string) { global.Get("document").Set("title", t) }

func now() float64 { return global.Get("performance").Call("now").Float() }

func complain(text string) { global.Get("console").Call("error", text) }

func value(id string) string {
	return global.Get("document").Call("getElementById", id).Get("value").String()
}

func setValue(id, v string) {
	global.Get("document").Call("getElementById", id).Set("value", v)
}

func setChecked(id string, on bool) {
	global.Get("document").Call("getElementById", id).Set("checked", on)
}

// sourceShort names a source as one does in running text: "Biondi & Desclaux 2006".
func sourceShort(key string) string {
	e := somscope.Get("sources").Get(key)
	if e.Type() != js.TypeObject {
		return key
	}
	year := 0
	if y := e.Get("year"); y.Type() == js.TypeNumber {
		year = y.Int()
	}
	return view.ShortSource(key, word(e, "title", key), word(e, "authors", ""), year)
}

// shelf lists the samples that the site brings.
type shelved struct{ name, title, says, look string }

func shelf() []shelved {
	v := somscope.Get("samples")
	if l := v.Get("samples"); l.Type() == js.TypeObject {
		v = l
	}
	var out []shelved
	if v.Get("length").Type() != js.TypeNumber {
		return nil
	}
	for i := range v.Length() {
		e := v.Index(i)
		name := word(e, "name", word(e, "id", ""))
		out = append(out, shelved{name, word(e, "title", name), word(e, "sentence", ""), word(e, "look", "")})
	}
	return out
}

func checked(id string) bool {
	return global.Get("document").Call("getElementById", id).Get("checked").Bool()
}

// A target is the element an event is about. It is not wrapped by dom/v2: that
// probes for every class of element and alone would add an eighth to the program.
type target struct{ v js.Value }

func targetOf(e *dom.BasicEvent) target { return target{e.Get("target")} }

// on has the window tell of an event for as long as the page lives. The way of
// dom/v2 to listen asks every event which of its seventy classes it has, and
// alone would add a tenth to the program; its events themselves cost nothing.
func on(name string, work func(e *dom.BasicEvent)) {
	global.Call("addEventListener", name, js.FuncOf(func(_ js.Value, args []js.Value) any {
		handle(func() { work(&dom.BasicEvent{Value: args[0]}) })
		return nil
	}), name == "close" || name == "toggle") // which do not rise to the window, but can be caught on its way down
}

// closest is the nearest element, this one or one around it, that a selector means.
func (t target) closest(selector string) (target, bool) {
	if t.v.Get("closest").Type() != js.TypeFunction {
		return t, false // the window itself
	}
	c := t.v.Call("closest", selector)
	return target{c}, c.Truthy()
}

func (t target) attr(name string) string {
	if v := t.v.Call("getAttribute", name); v.Type() == js.TypeString {
		return v.String()
	}
	return ""
}

func (t target) is(name string) bool { return t.v.Get(name).Truthy() }

func (t target) get(name string) string {
	if v := t.v.Get(name); v.Type() == js.TypeString {
		return v.String()
	}
	return ""
}
