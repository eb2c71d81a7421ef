package story

// servers are the handful of addresses of Skype's own machines that have been published. They
// are hints and never enough by themselves: addresses change hands.
var servers = []struct{ host, what, key, where string }{
	{"66.235.180.9", "a bootstrap node of 2004", "bs04", "§4.2.3"},
	{"66.235.181.9", "a bootstrap node of 2004", "bs04", "§4.2.3"},
	{"80.161.91.25", "a bootstrap node of 2004", "bs04", "§4.2.3"},
	{"80.160.91.12", "a bootstrap node of 2004", "bs04", "§4.2.3"},
	{"64.246.49.60", "a bootstrap node of 2004", "bs04", "§4.2.3"},
	{"64.246.49.61", "a bootstrap node of 2004", "bs04", "§4.2.3"},
	{"64.246.48.23", "a bootstrap node of 2004", "bs04", "§4.2.3"},
	{"212.72.49.143", "a node built into the program of 2006", "bd", "slide 64"},
	{"80.160.91.11", "the login server of 2004", "bs04", "§4.2.2"},
	{"80.160.91.5", "a login server built into the program of 2006", "bd", "slide 64"},
	{"195.215.8.141", "a login server of 2005 and 2006", "ep", "§5.2.3"},
	{"212.72.49.141", "a login server of 2005 and 2006", "ep", "§5.2.3"},
	{"195.215.8.142", "an event server of 2006", "ep", "§5.2.3"},
	{"212.72.49.142", "an event server of 2006", "ep", "§5.2.3"},
	{"195.215.8.140", "a telephone gateway of 2006", "ep", "§5.2.3"},
	{"212.72.49.155", "a telephone gateway of 2006", "ep", "§5.2.3"},
	{"212.72.49.131", "the update server of 2006", "cap", ""},
	{"194.165.188.79", "a login server of 2010", "openskype", ""},
	{"195.46.253.219", "a login server of 2010", "openskype", ""},
	{"212.8.163.94", "a login server of 2010", "openskype", ""},
	{"212.187.172.36", "a login server of 2010", "openskype", ""},
	{"194.165.188.76", "an event server of 2010", "openskype", ""},
	{"212.8.163.76", "an event server of 2010", "openskype", ""},
	{"194.165.188.85", "the search server of 2010", "openskype", ""},
}

// published says what an address was published as, or "".
func published(host string) string {
	for i := range servers {
		if servers[i].host == host {
			return servers[i].what
		}
	}
	return ""
}
