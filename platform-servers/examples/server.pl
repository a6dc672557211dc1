#!/usr/bin/env perl
# A bare platform server in Perl; JSON::PP comes with it.
use strict;
use warnings;
use JSON::PP;
# The protocol keeps the pipe; what steps print goes to stderr.
open my $out, '>&', \*STDOUT or die $!;
open STDOUT, '>&', \*STDERR or die $!;
$out->autoflush(1);
my ($json, $total) = (JSON::PP->new->utf8, 0);
my @steps = (
    [qr/^adds (\d+)$/, sub { $total += $_[0] }],
    [qr/^has (\d+)$/, sub { $total == $_[0] or die "the total is $total\n" }],
    [qr/^prints (.*)$/s,       sub { print "$_[0]\n" }],
    [qr/^shows its argument$/, sub { $_[1] }],
);

sub execute {
    my ($params) = ref $_[0] eq 'HASH' ? @_ : {step => ''};
    for my $step (@steps) {
        my ($text) = $params->{step} =~ $step->[0] or next;
        my $data = eval { $step->[1]->($text, $params->{argument}) };
        chomp(my $error = $@);
        return {success => JSON::PP::false, error => $error} if $error ne '';
        return {success => JSON::PP::true, data => ref $data ? $data : undef};
    }
    return {success => JSON::PP::false, status => 'undefined'};
}
my %methods = (executeStep => \&execute, health => sub { {status => 'ok'} });
while (my $line = <STDIN>) {
    my $request = eval { $json->decode($line) } or next;
    $request = {id => undef} if ref $request ne 'HASH';
    next unless exists $request->{id};
    my %answer = (jsonrpc => '2.0', id => $request->{id});
    my $method = $methods{$request->{method} // ''};
    my $code = $request->{method} ? -32601 : -32600; # or it is no request
    if ($method) { $answer{result} = $method->($request->{params}) }
    else { $answer{error} = {code => $code, message => 'no known method'} }
    print $out $json->encode(\%answer) . "\n";
}
