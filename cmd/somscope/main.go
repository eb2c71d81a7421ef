// Command somscope shows what Somscope's decoder makes of a capture file, or of
// Skype's own files, for scripts and for comparison with other tools.
//
//	somscope packets  [-deep] [-json] FILE                one line a packet
//	somscope flows    [-quick] [-json] FILE               one conversation after the other, with the evidence
//	somscope story    [-json] FILE                        what happened, in phases
//	somscope roles    [-json] FILE                        who is what, and why
//	somscope classes  [-json] FILE                        messages proven to say the same
//	somscope detect   [-flow N] [-json] FILE              what the published detectors say
//	somscope dump     [-packet N | -block N] [-quick] [-private] [-json] FILE   the annotated bytes
//	somscope blocks   [-json] FILE                        what the file holds beside packets
//	somscope streams  [-json] FILE                        streams of voice
//	somscope media    [-json] FILE N                      all about stream N
//	somscope listen   -o OUT.wav [-json] FILE N           its sound
//	somscope nodes    [-json | -csv] [-redact] FILE...    supernodes in the host cache of a shared.xml
//	somscope buddies  [-json | -csv] [-redact] FILE...    buddies in a config.xml; of two files side by side
//
// dump also takes the files that Skype kept on a machine: config.xml, shared.xml, .dbb.
//
// All but packets, detect and blocks look at the file a second time, to read
// messages by their checksums, to put streams together and to find voice; -quick
// lets that be, and packets does it when -deep asks for it. With -as CODEC the
// file is taken for bare frames of that codec.
//
// FILE may be - for standard input, which is kept in a temporary file while it
// is looked at. With -json every line of the output is one JSON document.
//
// The exit status is 0 when all was read, 1 when only part of the capture could
// be or a stream cannot be heard (what was read is printed, the reason is on
// standard error), and 2 for wrong usage and for files that are no captures at
// all.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"somscope/decoder"
	"somscope/decoder/field"
	"somscope/decoder/localfile"
)

// The exit statuses.
const (
	allRead = iota
	partlyRead
	wrongUsage
)

const usage = `somscope explains captures of Skype's peer-to-peer years, byte by byte.

usage:
  somscope packets [-deep] [-json] FILE
  somscope flows   [-quick] [-json] FILE
  somscope story   [-json] FILE
  somscope roles   [-json] FILE
  somscope classes [-json] FILE
  somscope detect  [-flow N] [-json] FILE
  somscope dump    [-packet N | -block N] [-quick] [-private] [-json] FILE
  somscope blocks  [-json] FILE
  somscope streams [-json] FILE
  somscope media   [-json] FILE N
  somscope listen  -o OUT.wav [-json] FILE N
  somscope nodes   [-json | -csv] [-redact] FILE...
  somscope buddies [-json | -csv] [-redact] FILE...
  somscope help [COMMAND]
  somscope -version

packets  a line for each packet: number, time (UTC), offset of its record in the file, bytes
         captured, bytes on the wire, link type, source, destination, protocol, flow, what it says;
         with -deep before the last what is known of its text ("confirmed", "inferred", "equal" and
         the number of its class), <the packets it answers, >those that answer it, =the one it
         repeats
flows    a line for each conversation: number, transport, both ends, packets, bytes, what it is
         taken for, the score and the verdict; below it the evidence, + for Skype and - against it
story    what happened: each phase with its time, its confidence, one sentence, its packets and
         where one can read about it; with -json "packets" holds at most 64 of a phase's
         packets, and "count" their true number
roles    what each host is, with reasons; ~ marks those that would not do alone
classes  messages that nobody can read and that are still proven to say the same, most copies first
detect   what each published detector of Skype would have said of each conversation, or of flow N
dump     the annotated tree of one packet or block, or of all packets, with the bytes. A place
         is OFFSET:LENGTH in bytes, the offset in hexadecimal; "0002.1:3b" is three bits from
         bit 1 of byte 2, "&8f" their mask, and "1/" in front the number of another buffer.
         Of config.xml, shared.xml, .dbb and other XML it shows the pieces, -packet N the Nth
blocks   what the file holds beside packets: its header, interfaces, names, statistics
streams  a line for each stream of voice: number, kind, both ends, codec (a ? marks a guess),
         packets, lost ones, mean jitter, when it begins in seconds since the first packet, how long
         it lasts, what can be done with it
media    all about stream N: how its codec is known, what was counted, what happened when; of an
         encrypted call what its sizes and gaps say
listen   the sound of stream N as a WAV file, or on standard output with -o -; it says why when
         there is nothing to hear
nodes    the supernodes in the host cache of a shared.xml: number, address, class, two times (UTC),
         failures, where its digits stand in the file and how many bytes they are; what class,
         times and failures mean is inferred
buddies  the buddies in a config.xml: name, four-byte number, the same as bytes, the small number
         behind it, where the record stands; of two files side by side, with what they say of the
         claim that the numbers of one buddy differ between two clients

-json    one JSON document a line
-csv     comma-separated values with a line of names
-redact  with x for names and addresses
-as      with every command, before FILE: the file holds nothing but frames of that codec, such as
         pcmu, pcma, g722, g729, ilbc20 or ilbc30
-private with the bytes that tell one user from all others, which are x otherwise
-quick   without the second look, which reads messages by their checksums, puts streams together
         and judges conversations over TCP
FILE     a pcap or pcapng file, also one packed with gzip or zstd; dump, nodes and buddies take
         Skype's own files; - is standard input

exit status: 0 all was read; 1 part of it was, or the stream cannot be heard, the reason is on
standard error; 2 wrong usage, or no capture
`

// options are those of all commands; each knows which it takes.
type options struct {
	json    bool
	deep    bool // with the second look
	quick   bool // without it
	csv     bool
	redact  bool // names and addresses are not printed
	private bool // bytes that tell one user from all others are printed
	packet  uint // from 1; 0 for all
	block   uint // from 1; 0 for none
	flow    uint // from 1; 0 for all
	stream  uint // from 1
	out     string
	as      string // codec whose bare frames the file holds, or ""
}

// A command prints something about a capture. It returns errPart when it
// could not do so for all of it, having said why.
type command struct {
	name  string
	flags string // names of the options it takes beside json and as; "N" is a stream behind the file, "FILES" are many
	run   func(p *printer, c *decoder.Capture, o options) error
	local func(p *printer, files []*localfile.File, o options) error // of commands for Skype's own files
}

var commands = []command{
	{name: "packets", flags: "deep", run: packets},
	{name: "flows", flags: "quick", run: flows},
	{name: "story", flags: "", run: tell},
	{name: "roles", flags: "", run: roles},
	{name: "classes", flags: "", run: classes},
	{name: "detect", flags: "flow", run: detectors},
	{name: "dump", flags: "packet block quick private", run: dump},
	{name: "blocks", flags: "", run: blocks},
	{name: "streams", flags: "", run: streams},
	{name: "media", flags: "N", run: report},
	{name: "listen", flags: "o N", run: listen},
	{name: "nodes", flags: "csv redact FILES", local: nodes},
	{name: "buddies", flags: "csv redact FILES", local: buddies},
}

// errPart says that something was left out and that this has been reported.
var errPart = errors.New("not all could be shown")

// errUsage says that what was asked for does not exist.
var errUsage = errors.New("wrong usage")

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// run is main with its surroundings given, and returns the exit status.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) (status int) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Fprintf(stderr, "somscope: a fault of this program: %v\n%s", r, debug.Stack())
			status = partlyRead
		}
	}()
	if len(args) == 0 {
		fmt.Fprint(stderr, usage)
		return wrongUsage
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		if len(args) == 1 {
			fmt.Fprint(stdout, usage)
			return allRead
		}
		for _, c := range commands {
			if c.name == args[1] {
				fmt.Fprint(stdout, c.help())
				return allRead
			}
		}
		args = args[1:]
	case "version", "-version", "--version":
		fmt.Fprintln(stdout, version())
		return allRead
	}
	for _, c := range commands {
		if c.name == args[0] {
			return c.main(args[1:], stdin, stdout, stderr)
		}
	}
	fmt.Fprintf(stderr, "somscope: there is no command %q; try: somscope help\n", args[0])
	return wrongUsage
}

func (cmd command) main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, files, err := cmd.parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, cmd.help())
		return allRead
	}
	if err != nil {
		fmt.Fprintf(stderr, "somscope %s: %v; try: somscope help %[1]s\n", cmd.name, err)
		return wrongUsage
	}
	if cmd.local != nil {
		return cmd.locals(o, files, stdin, stdout, stderr)
	}
	src, name, done, err := open(files[0], stdin)
	if err != nil {
		fmt.Fprintf(stderr, "somscope: %v\n", err)
		return wrongUsage
	}
	defer done()
	p := &printer{out: bufio.NewWriterSize(stdout, 64<<10), errs: stderr, name: name}
	if cmd.name == "dump" && o.as == "" && isLocal(src, name) {
		return p.finish(dumpLocal(p, src, o))
	}
	c, err := decoder.OpenWith(src, name, decoder.Options{As: o.as})
	if err != nil {
		hint := ""
		if o.as == "" && isLocal(src, name) {
			hint = "; dump, nodes and buddies read Skype's own files"
		}
		fmt.Fprintf(stderr, "somscope: %s: %s%s\n", name, refusal(err), hint)
		return wrongUsage
	}
	status := allRead
	for err == nil {
		_, err = c.Step(time.Second)
	}
	if err != io.EOF {
		status = partlyRead
	}
	show := cmd.run(p, c, o)
	if show == nil {
		show = p.out.Flush()
	} else {
		p.out.Flush()
	}
	switch {
	case show == nil:
	case errors.Is(show, errUsage):
		status = wrongUsage
	case errors.Is(show, errPart):
		status = max(status, partlyRead)
	case errors.Is(show, syscall.EPIPE): // the reader has seen enough
		return status
	default:
		p.complain("%v", show)
		status = max(status, partlyRead)
	}
	if err != io.EOF {
		p.complain("read in part (%d packets): %s", c.Len(), explain(err))
	}
	return status
}

// parse reads the arguments of a command; options may stand before and after
// the file, of which there is one but for commands that take many.
func (cmd command) parse(args []string) (o options, files []string, err error) {
	set := flag.NewFlagSet(cmd.name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.BoolVar(&o.json, "json", false, "")
	set.StringVar(&o.as, "as", "", "")
	number := ""
	for _, name := range strings.Fields(cmd.flags) {
		switch name {
		case "deep":
			set.BoolVar(&o.deep, name, false, "")
		case "quick":
			set.BoolVar(&o.quick, name, false, "")
		case "csv":
			set.BoolVar(&o.csv, name, false, "")
		case "redact":
			set.BoolVar(&o.redact, name, false, "")
		case "private":
			set.BoolVar(&o.private, name, false, "")
		case "packet":
			set.UintVar(&o.packet, name, 0, "")
		case "block":
			set.UintVar(&o.block, name, 0, "")
		case "flow":
			set.UintVar(&o.flow, name, 0, "")
		case "o":
			set.StringVar(&o.out, name, "", "")
		}
	}
	for rest := args; ; {
		if err := set.Parse(rest); err != nil {
			return o, nil, err
		}
		if rest = set.Args(); len(rest) == 0 {
			break
		}
		switch {
		case len(files) == 0, cmd.takes("FILES"):
			files = append(files, rest[0])
		case number == "" && cmd.takes("N"):
			number = rest[0]
		default:
			return o, nil, fmt.Errorf("one file at a time, not %q as well", rest[0])
		}
		rest = rest[1:]
	}
	set.Visit(func(f *flag.Flag) {
		if slices.Contains([]string{"packet", "block", "flow"}, f.Name) && f.Value.String() == "0" {
			err = fmt.Errorf("-%s counts from 1", f.Name)
		}
	})
	switch {
	case err != nil:
	case len(files) == 0:
		err = errors.New("which file?")
	case o.json && o.csv:
		err = errors.New("either -json or -csv")
	case cmd.local != nil && o.as != "":
		err = errors.New("-as is for captures")
	case o.packet != 0 && o.block != 0:
		err = errors.New("either -packet or -block")
	case cmd.takes("N"):
		n, bad := strconv.ParseUint(number, 10, 32)
		o.stream = uint(n)
		switch {
		case number == "":
			err = errors.New("which stream? its number stands behind the file")
		case bad != nil || n == 0:
			err = fmt.Errorf("%q is no number of a stream; they count from 1", number)
		case cmd.takes("o") && o.out == "":
			err = errors.New("where to? -o OUT.wav")
		case cmd.takes("o") && o.out == "-" && o.json:
			err = errors.New("either -json or -o -")
		}
	}
	return o, files, err
}

// takes reports whether the command knows an option.
func (cmd command) takes(name string) bool {
	return slices.Contains(strings.Fields(cmd.flags), name)
}

// explain is an error with the sentinel behind it, on one line.
func explain(err error) string {
	var e *field.Error
	if errors.As(err, &e) && e.Err != nil && e.What != "" {
		return fmt.Sprintf("%v (%v)", e, e.Err)
	}
	return err.Error()
}

// refusal says why a file is none that can be read. Of a whole file no place needs to be told.
func refusal(err error) string {
	var e *field.Error
	if errors.As(err, &e) && e.Off == 0 && e.What != "" && (errors.Is(err, field.ErrFormat) || errors.Is(err, field.ErrUnsupported)) {
		return e.What
	}
	return explain(err)
}

// release is the newest version in CHANGELOG.md, which the page names, too; a test compares them.
const release = "0.3.0"

func version() string {
	v := "somscope " + release
	if info, ok := debug.ReadBuildInfo(); ok {
		v += " " + info.GoVersion
	}
	return v
}

// help is what the help says of one command.
func (cmd command) help() string {
	var out strings.Builder
	line := ""
	for l := range strings.Lines(usage) {
		if strings.HasPrefix(l, "  somscope "+cmd.name+" ") {
			line = l
		}
	}
	fmt.Fprintf(&out, "usage:\n%s\n%s\n", line, entry(cmd.name))
	for _, name := range []string{"-json", "-csv", "-redact", "-quick", "-as", "FILE"} {
		if name == "-as" && cmd.local == nil || strings.Contains(line, name) {
			out.WriteString(entry(name))
		}
	}
	return out.String() + "\n" + entry("exit status:")
}

// entry is the part of the help that begins with a word: its line and those indented below.
func entry(word string) string {
	_, text, _ := strings.Cut(usage, "\n"+word+" ")
	out := word + " "
	for l := range strings.Lines(text) {
		if out != word+" " && (l == "\n" || l[0] != ' ' && word != "exit status:") {
			break
		}
		out += l
	}
	return out
}

// A printer is where a command's output goes.
type printer struct {
	out  *bufio.Writer
	errs io.Writer
	name string // of the file
	line []byte // reused
}

// complain writes to standard error, after what has been printed.
func (p *printer) complain(format string, args ...any) {
	p.out.Flush()
	fmt.Fprintf(p.errs, "somscope: %s: %s\n", p.name, fmt.Sprintf(format, args...))
}

// nothing says that there was nothing to print of Skype, when n is 0.
func (p *printer) nothing(n int) {
	if n == 0 {
		p.complain("%s", nothingFound)
	}
}

const nothingFound = "nothing of Skype was recognised"

// end writes the line that was built.
func (p *printer) end() error {
	p.line = append(p.line, '\n')
	_, err := p.out.Write(p.line)
	p.line = p.line[:0]
	return err
}

// write writes a line of parts.
func (p *printer) write(parts ...string) error {
	for _, s := range parts {
		p.line = append(p.line, s...)
	}
	return p.end()
}

// deepen has the second look done, if it is wanted. It returns errPart when
// something was left out, having said so.
func (p *printer) deepen(c *decoder.Capture, wanted bool) error {
	if !wanted {
		return nil
	}
	c.DeepAll()
	switch note, err := c.DeepProgress().Note, c.DeepErr(); {
	case err != nil: // a fault of ours, which note tells of, too
		p.complain("%s", explain(err))
	case note != "":
		p.complain("%s", note)
	default:
		return nil
	}
	return errPart
}
