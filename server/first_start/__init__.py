"""What only a first start needs: building the environment, and answering the client until that is done."""
