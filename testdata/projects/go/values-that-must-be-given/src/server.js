import 'http';
