<?php echo "todo";
