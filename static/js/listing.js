// On a wide screen the filters stand open beside the rows; without this script they open by a click.
const filters = document.querySelector("details.filters");
if (filters && matchMedia("(min-width: 62rem)").matches) filters.open = true;
