DROP TABLE invitations;
DROP TABLE shares;
