use strict;
use warnings;
use Data::Dumper;
use JSON::PP;
my @values = map { $ENV{$_} } sort grep { /^PLANTED_/ } keys %ENV;
my @decoded = map { my $text = $_; utf8::decode($text); $text } @values;
binmode STDOUT, ":utf8";
sub section { print "\n== $_[0]\n" }
section("perl Data::Dumper");
print Dumper([@decoded]);
section("perl Data::Dumper Useqq");
{ local $Data::Dumper::Useqq = 1; print Dumper([@decoded]); }
section("perl JSON::PP");
print JSON::PP->new->ascii->encode([@decoded]), "\n";
print JSON::PP->new->encode([@decoded]), "\n";
section("perl quotemeta");
print map { quotemeta($_) . "\n" } @decoded;
