<?php
$values = [];
foreach (getenv() as $name => $value) {
    if (str_starts_with($name, 'PLANTED_')) {
        $values[] = $value;
    }
}
$show = [
    'php preg_quote' => fn($value) => preg_quote($value, '/'),
    'php var_export' => fn($value) => var_export(['token' => $value], true),
    'php json_encode' => fn($value) => json_encode(['token' => $value]),
    'php json_encode unescaped' => fn($value) => json_encode($value, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES),
    'php json_encode for HTML' => fn($value) => json_encode($value, JSON_HEX_TAG | JSON_HEX_AMP | JSON_HEX_APOS | JSON_HEX_QUOT),
    'php print_r' => fn($value) => print_r([$value], true),
    'php serialize' => fn($value) => serialize($value),
    'php addslashes' => fn($value) => addslashes($value),
    'php addcslashes' => fn($value) => addcslashes($value, "\0..\37\"\\\177..\377"),
    'php escapeshellarg' => fn($value) => escapeshellarg($value),
    'php htmlspecialchars' => fn($value) => htmlspecialchars($value),
    'php htmlentities' => fn($value) => htmlentities($value),
    'php rawurlencode' => fn($value) => rawurlencode($value),
    'php urlencode' => fn($value) => urlencode($value),
    'php http_build_query' => fn($value) => http_build_query(['token' => $value]),
];
foreach ($show as $name => $write) {
    echo "\n== $name\n";
    foreach ($values as $value) {
        echo $write($value), "\n";
    }
}
