"""What other tools write into their pictures, one file each: texts by keyword in, `Said` out."""
