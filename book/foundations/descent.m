function descent(source, target)
% DESCENT  Gradient descent on logistic regression, or on a network.
%   descent('job.mat', 'points.mat') reads data, starts and rule from the
%   first file, and writes every point of every path to the second. The
%   network has one tanh layer. Plain MATLAB, without a toolbox.
job = load(source);
steps = double(job.steps);
[count, d] = size(job.starts);
points = zeros(count, steps + 1, d);
for i = 1:count
    w = job.starts(i, :);
    points(i, 1, :) = w;
    v = zeros(1, d);                      % the memory of the gradient
    s = zeros(1, d);                      % the memory of its square
    for t = 1:steps
        g = gradient_at(w, job.X, job.y, double(job.hidden));
        switch job.rule
            case 'sgd'
                w = w - job.lr * g;
            case 'momentum'
                v = job.beta * v + g;
                w = w - job.lr * v;
            case 'nesterov'
                v = job.beta * v + g;
                w = w - job.lr * (g + job.beta * v);
            case 'adam'
                v = job.b1 * v + (1 - job.b1) * g;
                s = job.b2 * s + (1 - job.b2) * g.^2;
                v_hat = v / (1 - job.b1^t);
                s_hat = s / (1 - job.b2^t);
                w = w - job.lr * v_hat ./ (sqrt(s_hat) + job.eps);
        end
        points(i, t + 1, :) = w;
    end
end
save(target, 'points', '-v6');
end

function g = gradient_at(w, X, y, h)
% Return the gradient of the mean cross-entropy, by backpropagation.
[n, p] = size(X);
if h == 0
    W = w(1:p)';
    d = (1 ./ (1 + exp(-(X * W + w(end)))) - y) / n;
    g = [(X' * d)', sum(d)];
else
    W1 = reshape(w(1:p*h), h, p)';     % written by rows; MATLAB reads columns
    b1 = w(p*h + 1:p*h + h);
    W2 = w(p*h + h + 1:end - 1)';
    H = tanh(X * W1 + repmat(b1, n, 1));
    d = (1 ./ (1 + exp(-(H * W2 + w(end)))) - y) / n;
    D = (d * W2') .* (1 - H.^2);
    g = [reshape((X' * D)', 1, []), sum(D, 1), (H' * d)', sum(d)];
end
end
