DROP TABLE products;
DROP TABLE posts;
