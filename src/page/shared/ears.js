"use strict";
// Those who are to be told of changes: once a frame, however many changes it brings.
const Ears = () => {
    const ears = [];
    let due = false;

    function tell() {
        due = false;
        ears.forEach(f => f());
    }

    function soon() {
        if (!due)
            requestAnimationFrame(tell);
        due = true;
    }

    return { listen: f => ears.push(f), soon };
};
