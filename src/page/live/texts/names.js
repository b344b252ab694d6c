"use strict";
// First names as one text, a name a line, each several times in a random order: enough to learn which letters follow
// which, and too many names to learn them all.
const Names = (() => {
    const girls = ("Mara Nora Ana Zoe Ida Lena Vera Xenia Yara Ruth Greta Hanna Ella Clara Wanda Rosa June Iris Kate " +
        "Lucy Olga Petra Sara Tess Uma Fay Dora Beth Ada Agnes Alba Alice Alma Amara Amelia Amina Amy Andrea " +
        "Angela Anita Anja Antonia Astrid Aurora Ava Ayla Barbara Bella Berta Bianca Brigitta Camila Carina " +
        "Carla Carmen Carol Cecilia Celia Chiara Chloe Christina Cora Dagmar Daniela Daria Delia Diana Dina " +
        "Edith Elena Elif Elisa Elke Elsa Emilia Emma Erika Esther Eva Fatima Felicia Fiona Flora Franka " +
        "Frida Gesa Gina Gloria Grace Hedda Heidi Helena Hilda Ilse Ines Inga Irene Isabel Ivy Jana Jasmin " +
        "Jelena Jenny Joan Johanna Josefa Judith Julia Karin Karla Katja Kira Klara Laila Lara Laura Lea " +
        "Leila Lia Lilian Lina Lisa Lotte Luisa Magda Maja Malin Margot Maria Marlene Marta Mathilda Maya Mia " +
        "Mila Mina Mira Miriam Mona Nadia Naomi Natalia Nela Nina Noemi Olivia Paula Pia Ramona Rebecca " +
        "Regina Renata Rhea Rita Romy Sabina Salma Sandra Selma Silvia Sina Sofia Sonja Stella Susanna Svenja " +
        "Tamara Tanja Teresa Thea Tilda Tina Toni Tova Valeria Viola Vivian Wilma Zara")
        .split(" ");
    const boys = ("Steve Tom Ivo Ben Max Otto Karl Paul Hugo Finn Leo Sam Quentin Umar Jack Noah Emil Adam Theo Rex " +
        "David Frank Luis Milo Oskar Pedro Ravi Victor Aaron Adrian Albert Alex Ali Alvin Andre Anton Arne " +
        "Arthur August Axel Bela Bernd Bjorn Boris Bruno Carlo Caspar Chris Clemens Conrad Daniel Darius " +
        "Denis Diego Dirk Edgar Edwin Elias Emanuel Enno Enzo Eric Erwin Fabian Felix Ferdinand Filip Florian " +
        "Fred Gabriel Georg Gerald Gilbert Gregor Gustav Hamid Hannes Harald Harry Hassan Hector Henry " +
        "Hermann Ian Igor Ilja Isaac Ismail Ivan Jakob Jan Janek Jasper Jens Jonas Jonathan Jorge Josef " +
        "Julian Jurgen Kaspar Kai Kevin Kilian Klaus Konrad Kurt Lars Lasse Leander Lennart Leonard Levin " +
        "Liam Linus Lorenz Lukas Magnus Manuel Marcel Marco Mario Mark Martin Mateo Matthias Maurice Michael " +
        "Mika Mohamed Moritz Nico Niels Niklas Nils Norbert Olaf Ole Oliver Omar Oscar Pascal Patrick Peter " +
        "Philip Pius Rafael Ralf Ramon Raul Richard Robert Robin Roland Roman Ruben Rudolf Samuel Sandro " +
        "Simon Stefan Sven Tariq Thomas Tim Timo Tobias Torben Uwe Valentin Viktor Vincent Walter Werner " +
        "Wilhelm Yannick Yusuf").split(" ");

    const text = (seed = 1, times = 20) => {
        const rng = Rng(seed);
        return Array.from({ length: times }, () => rng.shuffled([...girls, ...boys]).join("\n")).join("\n") + "\n";
    };
    return { girls, boys, text };
})();
